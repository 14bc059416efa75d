/* Needs its library, then runs. */
#include <stdio.h>
#include <unistd.h>

const char *word(void);

int main(void) {
    puts(word());
    fflush(stdout);
    for (;;) pause();
}
