#include "broker/declared/yaml_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <system_error>
#include <utility>

#include "base/mutants_fuzz.h"

namespace klamm::broker {
namespace {

using YAML::Node;

std::string way_to(const std::string& where, const std::string& name) {
  return where.empty() ? name : where + "." + name;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::optional<Node> YamlFields::field(const Node& map, const std::string& name) {
  if (!map.IsMap()) return std::nullopt;
  const Node found = map[name];
  if (!found.IsDefined() || found.IsNull()) return std::nullopt;
  return found;
}

std::string YamlFields::text(const Node& map, const std::string& where, const std::string& name,
                             std::string otherwise) {
  const auto found = field(map, name);
  return found ? plain(*found, way_to(where, name)) : std::move(otherwise);
}

std::optional<int64_t> YamlFields::number(const Node& map, const std::string& where, const std::string& name,
                                          int64_t most) {
  const auto found = field(map, name);
  if (!found) return std::nullopt;
  const std::string text = plain(*found, way_to(where, name));
  int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (is_number && value >= 1 && value <= most) return value;
  refuse(fmt::format("{}: a number from 1 to {} is wanted, and there is '{}'", way_to(where, name), most,
                     text));
  return std::nullopt;
}

std::string YamlFields::plain(const Node& value, const std::string& what) {
  if (!value.IsScalar()) {
    refuse(fmt::format("{}: a text is wanted", what));
    return {};
  }
  const std::string& text = value.Scalar();
  spend(text.size());
  if (std::any_of(text.begin(), text.end(), is_control))
    refuse(fmt::format("{}: there is a character in it that cannot be shown", what));
  return has_problem() ? std::string() : text;
}

void YamlFields::know(const Node& map, const std::string& where,
                      std::initializer_list<std::string_view> known) {
  if (!map.IsMap()) return;
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const std::string name = plain(entry.first, where.empty() ? "the document" : where);
    if (has_problem()) return;
    if (!seen.insert(name).second) return refuse(fmt::format("{} is there twice", way_to(where, name)));
    const bool is_known = std::find(known.begin(), known.end(), name) != known.end();
    if (!is_known) note(fmt::format("{} is not acted on", way_to(where, name)));
  }
}

void YamlFields::note(std::string note) {
  spend(note.size());
  if (!has_problem()) notes_.push_back(std::move(note));
}

void YamlFields::spend(size_t bytes) {
  if (mutant::kAliasesNotCounted) return;
  if (bytes > room_) return refuse("what its aliases make of it is too much");
  room_ -= bytes;
}

void YamlFields::refuse(std::string problem) {
  if (problem_.empty()) problem_ = std::move(problem);
}

}  // namespace klamm::broker
