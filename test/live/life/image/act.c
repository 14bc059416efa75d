/* A program whose life stands on its command line: verbs, done one after the other; at the end it exits 0.
 * The first line that it prints is "start" and the monotonic clock in milliseconds. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000;
}

static void nap(double seconds) {
    struct timespec t = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
    while (nanosleep(&t, &t) < 0 && errno == EINTR) {
    }
}

static int number_of(const char *name) {
    if (!strcmp(name, "TERM")) return SIGTERM;
    if (!strcmp(name, "INT")) return SIGINT;
    if (!strcmp(name, "QUIT")) return SIGQUIT;
    if (!strcmp(name, "HUP")) return SIGHUP;
    if (!strcmp(name, "USR1")) return SIGUSR1;
    if (!strncmp(name, "RTMIN+", 6)) return SIGRTMIN + atoi(name + 6);
    return atoi(name);
}

static void put(const char *text) {
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t n = write(1, text, left);
        if (n <= 0) return;
        text += n;
        left -= (size_t)n;
    }
}

static void took(int number) {
    char line[40];
    snprintf(line, sizeof line, "signal %d\n", number);
    put(line);
}

static int code_after_signal;
static void leave(int number) {
    took(number);
    _exit(code_after_signal);
}

/* Lines of WIDTH bytes at RATE bytes per second (0: as fast as they go) until TOTAL bytes are out.
 * Every line carries its number and is a run of one letter: torn, lost and mixed ones are seen. */
static void flood(long width, long rate, long total) {
    char *line = malloc((size_t)width + 1);
    long began = now_ms(), sent = 0, count = 0;
    while (sent < total) {
        int head = snprintf(line, (size_t)width, "%09ld ", count);
        memset(line + head, 'a' + (int)(count % 26), (size_t)(width - head));
        line[width - 1] = '\n';
        line[width] = 0;
        put(line);
        sent += width;
        count++;
        if (rate > 0) {
            long ahead = sent * 1000 / rate - (now_ms() - began);
            if (ahead > 5) nap((double)ahead / 1000);
        }
    }
    printf("flooded %ld\n", count);
}

/* COUNT processes whose parents are gone; each lives for a moment. */
static void orphans(long count) {
    for (long i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0) {
            if (fork() == 0) {
                usleep(20000);
                _exit(0);
            }
            _exit(0);
        }
        if (child > 0) waitpid(child, NULL, 0);
        else nap(0.01);
    }
}

static void reap_forever(void) {
    for (;;)
        if (wait(NULL) < 0) nap(0.05);
}

static void daemonise(void) {
    if (fork() != 0) _exit(0);
    setsid();
    if (fork() != 0) _exit(0);
    for (;;) pause();
}

static void eat(long megabytes) {
    for (long i = 0; i < megabytes; i++) {
        char *block = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) _exit(12);
        memset(block, 1, 1 << 20);
    }
}

static void fill(const char *path) {
    char block[65536];
    memset(block, 1, sizeof block);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    while (write(file, block, sizeof block) > 0) {
    }
    printf("full: %s\n", strerror(errno));
    close(file);
}

static void show(const char *path) {
    char block[4096];
    int file = open(path, O_RDONLY);
    ssize_t n;
    while (file >= 0 && (n = read(file, block, sizeof block)) > 0) (void)!write(1, block, (size_t)n);
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IONBF, 0);
    int at = 1;
    if (at < argc && !strcmp(argv[at], "quiet")) at++;
    else printf("start %ld\n", now_ms());
#define WORD argv[++at]
    for (; at < argc; at++) {
        char *verb = argv[at];
        if (!strcmp(verb, "say")) printf("%s %ld\n", WORD, now_ms());
        else if (!strcmp(verb, "sleep")) nap(atof(WORD));
        else if (!strcmp(verb, "pause")) for (;;) pause();
        else if (!strcmp(verb, "exit")) _exit(atoi(WORD));
        else if (!strcmp(verb, "segv")) *(volatile int *)0 = 0;
        else if (!strcmp(verb, "trap")) __builtin_trap();
        else if (!strcmp(verb, "raise")) raise(number_of(WORD));
        else if (!strcmp(verb, "ignore")) signal(number_of(WORD), SIG_IGN);
        else if (!strcmp(verb, "note")) signal(number_of(WORD), took);
        else if (!strcmp(verb, "on")) {
            int number = number_of(WORD);
            code_after_signal = atoi(WORD);
            signal(number, leave);
        } else if (!strcmp(verb, "touch")) close(open(WORD, O_WRONLY | O_CREAT, 0644));
        else if (!strcmp(verb, "remove")) unlink(WORD);
        else if (!strcmp(verb, "has")) { if (access(WORD, F_OK) != 0) _exit(1); }
        else if (!strcmp(verb, "await")) { const char *path = WORD; while (access(path, F_OK) != 0) usleep(5000); }
        else if (!strcmp(verb, "fork")) { if (fork() == 0) { at = argc; for (;;) pause(); } }
        else if (!strcmp(verb, "nest")) { for (long n = atol(WORD); n > 0 && fork() == 0; n--) {} } /* all go on */
        else if (!strcmp(verb, "daemonise")) daemonise();
        else if (!strcmp(verb, "orphans")) orphans(atol(WORD));
        else if (!strcmp(verb, "reap")) reap_forever();
        else if (!strcmp(verb, "close")) { close(1); close(2); }
        else if (!strcmp(verb, "flood")) { long w = atol(WORD), r = atol(WORD), t = atol(WORD); flood(w, r, t); }
        else if (!strcmp(verb, "binary")) { char all[256]; for (int i = 0; i < 256; i++) all[i] = (char)i; (void)!write(1, all, 256); }
        else if (!strcmp(verb, "eat")) eat(atol(WORD));
        else if (!strcmp(verb, "fill")) fill(WORD);
        else if (!strcmp(verb, "show")) show(WORD);
        else if (!strcmp(verb, "env")) printf("%s=%s\n", argv[at + 1], getenv(argv[at + 1])), at++;
        else if (!strcmp(verb, "where")) { char d[256]; printf("cwd=%s uid=%d\n", getcwd(d, 256), (int)getuid()); }
        else { printf("unknown verb %s\n", verb); _exit(99); }
    }
    return 0;
}
