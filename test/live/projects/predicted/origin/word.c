const char *word(void) { return "found"; }
