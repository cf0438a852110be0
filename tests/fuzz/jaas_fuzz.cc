// sasl.jaas.config and JAAS files as an operator may have them: never a crash, no more memory than a small
// multiple of the text, what was understood is understood the same after it was written again, and a failure
// is a line that shows nothing of the text.
#include <string>

#include "base/bytes.h"
#include "base/check.h"
#include "security/jaas.h"
#include "tests/fuzz/memory_bound.h"

using namespace klamm;
using namespace klamm::security;

namespace {

// An option is four bytes of text or more, and a node of a map with two strings in memory; what is written
// again and read again is there too.
constexpr size_t kMemoryPerByte = 400;
constexpr size_t kMemoryBeside = 16384;
// Longer than any message; none has anything in it that grows with the text but line and column.
constexpr size_t kMessageMax = 500;

std::string quoted(std::string_view text) {
  std::string written = "\"";
  for (char c : text) {
    if (c == '\n') {
      written += "\\n";
    } else if (c == '\r') {
      written += "\\r";
    } else {
      if (c == '"' || c == '\\') written.push_back('\\');
      written.push_back(c);
    }
  }
  return written + '"';
}

std::string written(const JaasEntry& entry) {
  constexpr std::string_view kFlags[] = {"required", "requisite", "sufficient", "optional"};
  std::string text = quoted(entry.login_module) + ' ';
  text += kFlags[static_cast<size_t>(entry.flag)];
  for (const auto& [name, value] : entry.options) text += ' ' + quoted(name) + '=' + quoted(value);
  return text + ";\n";
}

void check_config(std::string_view text) {
  auto entry = parse_jaas_config("fuzz", text);
  if (!entry) {
    CHECK(entry.error().message.size() < kMessageMax);
    return;
  }
  CHECK(!entry->login_module.empty());
  auto again = parse_jaas_config("written", written(*entry));
  CHECK(again && *again == *entry);
  find_entry({*entry}, "PLAIN");
  CHECK(plain_logins({*entry}).users.size() <= entry->options.size());
}

void check_file(std::string_view text) {
  const SystemProperties properties = {{"p", "value"}};
  auto sections = parse_jaas_file("fuzz", text, properties);
  if (!sections) {
    CHECK(sections.error().message.size() < kMessageMax);
    return;
  }
  find_server_entries(*sections, "EXTERNAL");
  std::string all;
  for (const auto& [name, entries] : *sections) {
    all += quoted(name) + " {\n";
    for (const JaasEntry& entry : entries) all += written(entry);
    all += "};\n";
  }
  // What was a ${..} once is none again.
  if (all.find("${") != std::string::npos) return;
  auto again = parse_jaas_file("written", all);
  CHECK(again && *again == *sections);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  MemoryBound bound(kMemoryPerByte * size + kMemoryBeside);
  const std::string_view text = as_text({data + 1, size - 1});
  if (data[0] & 1) {
    check_file(text);
  } else {
    check_config(text);
  }
  return 0;
}
