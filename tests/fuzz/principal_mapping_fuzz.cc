// Mapping rules as an operator may write them, and a name as a certificate may have it: never a crash, no
// more memory than the rules' patterns may have, the same name each time, and a refusal that says which key.
//
// The input is the rules, a zero byte, and the name.
#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "base/check.h"
#include "security/java_pattern.h"
#include "security/principal_mapping.h"
#include "security/utf8.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::security;

namespace {

// A rule is nine bytes of text or more. Its pattern may have a mebibyte, and as much again for a moment while
// it is made; the tree that it is made of has a hundred bytes for each of the pattern, which may become forty
// when it is translated. Results have every piece of the replacement at each character of the name.
constexpr size_t kMemoryPerRule = 4 << 20;
constexpr size_t kMemoryPerByte = 8192;
constexpr size_t kMemoryBeside = 1 << 20;

size_t count_rules(std::string_view text) {
  size_t count = 1;
  for (size_t at = text.find("RULE:"); at != text.npos; at = text.find("RULE:", at + 1)) ++count;
  return count;
}

void check_mapping(std::string_view rules, std::string_view name) {
  auto mapping = PrincipalMapping::parse(rules);
  if (!mapping) {
    CHECK(mapping.error().message.starts_with("ssl.principal.mapping.rules: rule "));
    return;
  }
  auto mapped = mapping->name_of(name);
  auto again = mapping->name_of(name);
  CHECK(mapped.ok() == again.ok());
  if (!mapped) {
    CHECK(mapped.error().message.find('\n') == std::string::npos);
    return;
  }
  CHECK(*mapped == *again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = as_text({data, size});
  const size_t end = std::min(input.find('\0'), size);
  const std::string_view rules = input.substr(0, end);
  const std::string_view name = input.substr(std::min(end + 1, size));
  MemoryBound bound(kMemoryPerRule * count_rules(rules) + kMemoryPerByte * size + kMemoryBeside +
                    4 * (name.size() + 1) * rules.size());
  check_mapping(rules, name);
  return 0;
}
