/* Says in one line of JSON-safe hex what it was given: arguments, variables, directory, user, groups. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static void list(const char *name, char **texts) {
  printf(" %s=", name);
  for (; *texts; texts++) {
    for (const char *c = *texts; *c; c++) printf("%02x", (unsigned char)*c);
    putchar(',');
  }
}

int main(int argc, char **argv) {
  static char line[1 << 20];
  setvbuf(stdout, line, _IOFBF, sizeof line);
  (void)argc;
  char cwd[8192] = "";
  if (!getcwd(cwd, sizeof cwd)) strcpy(cwd, "?");
  char *directory[] = {cwd, NULL};
  gid_t groups[64];
  int count = getgroups(64, groups);
  printf("told");
  list("args", argv);
  list("env", environ);
  list("cwd", directory);
  printf(" user=%u:%u groups=", getuid(), getgid());
  for (int i = 0; i < count; i++) printf("%u,", groups[i]);
  putchar('\n');
  return 0;
}
