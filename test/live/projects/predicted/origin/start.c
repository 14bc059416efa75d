/* Begins as .NET does, by a function of this name that asks for the stack of the first thread. */
#define _GNU_SOURCE
#include <pthread.h>
#include <unistd.h>

int hostfxr_main(void) {
    pthread_attr_t stack;
    return pthread_getattr_np(pthread_self(), &stack);
}

int main(void) {
    if (hostfxr_main() != 0) return 3;
    for (;;) pause();
}
