/* C functions to be declared: some do what they say, some lie. */
#include <stdint.h>
#include <string.h>

int32_t add(int32_t a, int32_t b) { return a + b; }
double mixed(int8_t a, uint16_t b, float c, double d, _Bool e, uint64_t f) {
    return a + b + c + d + (e ? 1000 : 0) + (double)f;
}
int8_t least(void) { return INT8_MIN; }
uint64_t greatest(void) { return UINT64_MAX; }
float third(void) { return 1.0f / 3; }
_Bool negate(_Bool b) { return !b; }
void *same(void *p) { return p; }
void nothing(void) {}

/* Fills a buffer and tells how much of it. */
int64_t fill(uint8_t *out, uint64_t length, uint8_t with) {
    memset(out, with, length);
    return (int64_t)length;
}
/* Says that it used as much as it is told to say. */
int64_t say(uint8_t *out, int64_t used) { out[0] = 1; return used; }
/* Writes one byte too many. */
void past(uint8_t *out, uint64_t length) { out[length] = 0; }
void twice(int32_t *n) { *n *= 2; }
void divide(double a, double b, double *quotient) { *quotient = a / b; }
const char *greeting(int32_t which) {
    static char endless[200];
    memset(endless, 'x', sizeof endless);
    switch (which) {
    case 0: return "hello";
    case 1: return NULL;
    case 2: return "\xff";
    default: return endless;
    }
}
void name(char *out, uint64_t length) { memset(out, 'n', length); }
uint64_t size_or_none(const char *text) { return text ? strlen(text) : 99; }
void reverse(uint8_t *data, uint64_t count, uint64_t width) {
    for (uint64_t i = 0, n = count * width; i < n / 2; i++) {
        uint8_t byte = data[i];
        data[i] = data[n - 1 - i];
        data[n - 1 - i] = byte;
    }
}
