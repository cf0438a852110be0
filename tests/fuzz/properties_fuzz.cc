// What an operator's server.properties or a damaged meta.properties may hold: never a crash, no more memory
// than a small multiple of the text, and what was understood is understood the same after it was written
// again.
#include <map>
#include <string>

#include "base/check.h"
#include "storage/meta_properties.h"
#include "storage/properties.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::storage;

namespace {

// A property is one byte of text or more, and 72 in memory; here there are two lists, and two maps of 128.
constexpr size_t kMemoryPerByte = 400;
constexpr size_t kMemoryBeside = 16384;

std::map<std::string, std::string> meaning_of(const Properties& properties) {
  std::map<std::string, std::string> meaning;
  for (const Property& property : properties.entries()) meaning[property.key] = property.value;
  return meaning;
}

void check_properties(ByteView text) {
  auto properties = parse_properties(text, "fuzz");
  if (!properties) return;
  size_t size = 0;
  int line = 0;
  for (const Property& property : properties->entries()) {
    size += property.key.size() + property.value.size();
    CHECK(property.line > line);
    line = property.line;
    CHECK(properties->find(property.key) != nullptr);
  }
  // A byte of Latin-1 is two of UTF-8.
  CHECK(size <= 2 * text.size());
  std::string written = properties_text(*properties);
  auto again = parse_properties(as_bytes(written), "written");
  CHECK(again && again->entries().size() == properties->entries().size());
  CHECK(meaning_of(*again) == meaning_of(*properties));
  CHECK(properties_text(*again) == written);
}

void check_meta_properties(ByteView text) {
  auto meta = parse_meta_properties(text, "fuzz");
  if (!meta) return;
  std::string written = meta_properties_text(*meta);
  auto again = parse_meta_properties(as_bytes(written), "written");
  CHECK(again && *again == *meta);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  check_properties({data, size});
  check_meta_properties({data, size});
  return 0;
}
