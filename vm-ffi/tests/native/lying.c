/* A module that does wrong whatever it can without leaving its own memory alone. */
#include <stdlib.h>
#include <string.h>

#include "ionvm.h"

#ifndef ABI
#define ABI IONVM_ABI
#endif
#ifndef NAME
#define NAME "lying"
#endif

/* Which of its lies is told is the first argument. */
static ion_value lie(const ion_api *api, ion_call *call) {
    double which = -1;
    api->number(call, api->argument(call, 0), &which);
    ion_value array = api->make_empty(call, ION_ARRAY);
    switch ((int)which) {
    case 0: return api->make_text(call, ION_STRING, "short", (size_t)-1);
    case 1: return api->make_text(call, ION_STRING, NULL, 5);
    case 2: return api->make_text(call, ION_STRING, "\xff\xfe", 2);
    case 3: return api->make_text(call, 77, "x", 1);
    case 4: return api->make_empty(call, ION_STRING);
    case 5: return 123456;
    case 6: return ION_NONE;
    case 7: api->push(call, array, array); return array; /* it contains itself */
    case 8: /* as large as two to the hundredth */
        for (int i = 0; i < 100; i++) {
            ion_value next = api->make_empty(call, ION_ARRAY);
            api->push(call, next, array);
            api->push(call, next, array);
            array = next;
        }
        return array;
    case 9: api->push(call, api->make_number(call, 1), array); return array;
    case 10: api->push(call, array, 999); return array;
    case 11: api->put(call, array, array, array); return array;
    case 12: return api->make_text(call, ION_INTEGER, "12x", 3);
    case 13: {
        ion_value object = api->make_empty(call, ION_OBJECT);
        api->put(call, object, api->make_number(call, 1), array);
        return object;
    }
    case 14: api->number(call, api->argument(call, 0), NULL); return api->make_unit(NULL);
    case 15: api->fail(call, NULL, 3, NULL, 9); return array;
    case 16: api->fail(call, "\xff", 1, "why", 3); return array;
    case 17: return api->argument(call, 4000000000u);
    case 18: return api->item(call, api->argument(call, 0), (size_t)-1);
    case 19: return api->make_text(call, ION_STRING, "short", (size_t)1 << 40);
    default: return api->make_boolean(call, 17);
    }
}

static const ion_native natives[] = {
    {"lie", NULL, lie, NULL, 1, 1, 0, 0},
#ifdef BAD_ROW
    BAD_ROW,
#endif
};

#ifndef NO_ENTRY
const ion_module *ionvm_module_v1(void) {
#ifdef NULL_TABLE
    return NULL;
#else
    static const ion_module module = {ABI, sizeof natives / sizeof *natives, NAME, NULL, natives};
    return &module;
#endif
}
#endif
