#include "broker/declared/status.h"

#include <fmt/format.h>

#include <array>

#include "protocol/json_writer.h"

namespace klamm::broker {
namespace {

void write_list(std::string_view name, const std::vector<std::string>& texts, protocol::JsonWriter& json) {
  json.key(name).begin_array();
  for (const std::string& text : texts) json.text(text);
  json.end_array();
}

std::string object_of(const DeclaredObjectStatus& object) {
  protocol::JsonWriter json;
  json.begin_object();
  json.field("kind", object.kind).field("name", object.name).field("file", object.file);
  json.field("observedGeneration", object.generation);
  json.key("ready").boolean(object.state == DeclaredObjectStatus::State::kEqual);
  json.field("state", name_of(object.state));
  write_list("messages", object.messages, json);
  write_list("notes", object.notes, json);
  json.field("lastError", object.last_error).field("sinceMs", object.since_ms).end_object();
  return json.str();
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
                     protocol::json_text(status.problem), status.looked_ms, status.changes, objects);
}

}  // namespace klamm::broker
