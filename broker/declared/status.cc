#include "broker/declared/status.h"

#include <fmt/format.h>

#include <array>

namespace klamm::broker {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string list_of(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) out += (out.size() > 1 ? "," : "") + quoted(text);
  return out + "]";
}

std::string object_of(const DeclaredObjectStatus& object) {
  const bool is_ready = object.state == DeclaredObjectStatus::State::kEqual;
  return fmt::format(
      "{{\"kind\":{},\"name\":{},\"file\":{},\"observedGeneration\":{},\"ready\":{},\"state\":{},"
      "\"messages\":{},\"notes\":{},\"lastError\":{},\"sinceMs\":{}}}",
      quoted(object.kind), quoted(object.name), quoted(object.file), quoted(object.generation), is_ready,
      quoted(name_of(object.state)), list_of(object.messages), list_of(object.notes),
      quoted(object.last_error), object.since_ms);
}

}  // namespace

std::string_view name_of(DeclaredObjectStatus::State state) {
  constexpr std::array<std::string_view, 6> kNames = {"Equal",      "Pending", "Drifted",
                                                      "Impossible", "Failed",  "Invalid"};
  return kNames[static_cast<size_t>(state)];
}

std::string to_json(const DeclaredStatus& status) {
  std::string objects;
  for (const DeclaredObjectStatus& object : status.objects)
    objects += (objects.empty() ? "" : ",\n") + object_of(object);
  return fmt::format("{{\"problem\":{},\"lookedMs\":{},\"changes\":{},\"objects\":[{}]}}\n",
                     quoted(status.problem), status.looked_ms, status.changes, objects);
}

}  // namespace klamm::broker
