/* A native module in C: the library `words`, whose natives are `words.count` and so on.
 *
 * `cc -shared -fPIC -I vm-ffi/include -o words vm-ffi/examples/words.c` makes the library,
 * which goes into a package as `lib/linux/x86_64/words`.
 */
#include <ctype.h>
#include <string.h>

#include "ionvm.h"

/* How many words a text has. */
static ion_value count(const ion_api *api, ion_call *call) {
    size_t length, words = 0;
    const char *text = api->text(call, api->argument(call, 0), &length);
    if (!text) {
        const char *message = "words.count counts the words of a string";
        api->fail(call, "bad_type", 8, message, strlen(message));
        return ION_NONE;
    }
    int inside = 0;
    for (size_t i = 0; i < length; i++) {
        int letter = !isspace((unsigned char)text[i]);
        words += letter && !inside;
        inside = letter;
    }
    return api->make_number(call, (double)words);
}

/* The sum of an array of numbers. */
static ion_value sum(const ion_api *api, ion_call *call) {
    ion_value array = api->argument(call, 0);
    double sum = 0;
    for (size_t i = 0; i < api->length(call, array); i++) {
        double number;
        if (!api->number(call, api->item(call, array, i), &number)) {
            const char *message = "words.sum takes an array of numbers";
            api->fail(call, "bad_type", 8, message, strlen(message));
            return ION_NONE;
        }
        sum += number;
    }
    return api->make_number(call, sum);
}

/* An object of what its arguments are. */
static ion_value about(const ion_api *api, ion_call *call) {
    ion_value object = api->make_empty(call, ION_OBJECT);
    ion_value kinds = api->make_empty(call, ION_ARRAY);
    for (uint32_t i = 0; i < api->count(call); i++) {
        uint32_t kind = api->kind(call, api->argument(call, i));
        api->push(call, kinds, api->make_integer(call, kind));
    }
    api->put(call, object, api->make_text(call, ION_STRING, "kinds", 5), kinds);
    return object;
}

static const ion_native natives[] = {
    {"count", "`count(text)` is how many words a text has.", count, NULL, 1, 1, 0, 0},
    {"sum", "`sum(numbers)` is their sum.", sum, NULL, 1, 1, 0, 0},
    {"about", "`about(...)` tells the kinds of its arguments.", about, NULL, 0, IONVM_ANY, 0, 0},
};

const ion_module *ionvm_module_v1(void) {
    static const ion_module module = {IONVM_ABI, 3, "words", "Words and numbers.", natives};
    return &module;
}
