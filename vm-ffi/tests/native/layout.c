/* Holds what the header says to what the machine has; the numbers come from the command line. */
#include "ionvm.h"

_Static_assert(sizeof(ion_api) == API_SIZE, "ion_api");
_Static_assert(offsetof(ion_api, text) == API_TEXT, "ion_api.text");
_Static_assert(offsetof(ion_api, make_text) == API_MAKE_TEXT, "ion_api.make_text");
_Static_assert(offsetof(ion_api, fail) == API_FAIL, "ion_api.fail");
_Static_assert(sizeof(ion_native) == NATIVE_SIZE, "ion_native");
_Static_assert(offsetof(ion_native, least) == NATIVE_LEAST, "ion_native.least");
_Static_assert(sizeof(ion_module) == MODULE_SIZE, "ion_module");
_Static_assert(offsetof(ion_module, natives) == MODULE_NATIVES, "ion_module.natives");
_Static_assert(IONVM_ABI == ABI, "IONVM_ABI");
_Static_assert(ION_OPAQUE == KIND_OPAQUE && ION_OBJECT == KIND_OBJECT, "kinds");
_Static_assert(ION_STRING == KIND_STRING && ION_TUPLE == KIND_TUPLE, "kinds");
