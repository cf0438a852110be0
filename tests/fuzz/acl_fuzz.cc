// Histories of access control entries, and questions between: what Access finds through the index of the
// image is what plain loops over all entries find.
#include "base/check.h"
#include "tests/broker/acl_model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  CHECK(klamm::broker::testing::first_difference({data, size}).empty());
  return 0;
}
