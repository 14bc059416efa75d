/* Answers each line that a client sends: "who" tells what the process is, "env NAME" a variable,
 * "ls PATH" whether a file is there, "quit" ends; any other line comes back as it was. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in parse(char *address) {
  struct sockaddr_in in = {.sin_family = AF_INET};
  char *colon = strchr(address, ':');
  if (!colon) {
    fprintf(stderr, "lines: '%s' is not ADDRESS:PORT\n", address);
    exit(2);
  }
  *colon = 0;
  in.sin_addr.s_addr = inet_addr(address);
  in.sin_port = htons(atoi(colon + 1));
  return in;
}

static void who(FILE *out, const char *program) {
  char directory[256] = "?";
  struct rlimit files;
  getcwd(directory, sizeof directory);
  getrlimit(RLIMIT_NOFILE, &files);
  fprintf(out, "%s uid=%d gid=%d directory=%s files=%ld/%ld parent=%d\n", program, getuid(), getgid(), directory,
          (long)files.rlim_cur, (long)files.rlim_max, getppid());
}

static void serve(int client, const char *program) {
  char line[1024];
  FILE *in = fdopen(client, "r"), *out = fdopen(dup(client), "w");
  while (fgets(line, sizeof line, in)) {
    line[strcspn(line, "\r\n")] = 0;
    if (!strcmp(line, "quit")) break;
    if (!strcmp(line, "who")) {
      who(out, program);
    } else if (!strncmp(line, "env ", 4)) {
      char *value = getenv(line + 4);
      fprintf(out, "%s\n", value ? value : "(not set)");
    } else if (!strncmp(line, "ls ", 3)) {
      fprintf(out, "%s\n", access(line + 3, F_OK) ? "absent" : "there");
    } else {
      fprintf(out, "%s\n", line);
    }
    fflush(out);
  }
  exit(0);
}

static void stop(int signal) {
  dprintf(1, "stopped by signal %d\n", signal);
  _exit(0);
}

int main(int count, char **words) {
  int check = count == 3 && !strcmp(words[1], "--check"), one = 1;
  if (count != 2 && !check) return 2;
  struct sockaddr_in address = parse(words[count - 1]);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (check) return connect(listener, (struct sockaddr *)&address, sizeof address) ? 1 : 0;

  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  signal(SIGCHLD, SIG_IGN);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 16)) {
    perror("lines");
    return 1;
  }
  dprintf(1, "listening on port %d\n", ntohs(address.sin_port));
  for (;;) {
    int client = accept(listener, 0, 0);
    if (client < 0) continue;
    if (fork() == 0) serve(client, words[0]);
    close(client);
  }
}
