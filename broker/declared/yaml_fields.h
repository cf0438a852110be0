// YamlFields: reads the fields of a document's maps. What is wrong first is kept, and makes the rest
// meaningless; what is there and not known is noted. For `manifest` alone, from which what the YAML library
// throws does not get out.
//
// Aliases make a small file say very much: what is taken out of it is counted, and ends.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace klamm::broker {

class YamlFields {
 public:
  // `room`: how many bytes may be taken out; the documents of a file share it. It outlives this.
  explicit YamlFields(size_t& room) : room_(room) {}

  // The field of a map; nothing where there is none, or no value, or no map.
  static std::optional<YAML::Node> field(const YAML::Node& map, const std::string& name);

  // In all of these `where` is the way to the map, as "spec.authentication"; empty for the document.
  // A text, `otherwise` where there is none.
  std::string text(const YAML::Node& map, const std::string& where, const std::string& name,
                   std::string otherwise = {});
  // From 1 to `most`.
  std::optional<int64_t> number(const YAML::Node& map, const std::string& where, const std::string& name,
                                int64_t most);
  // The text that `value` is; `what` names it.
  std::string plain(const YAML::Node& value, const std::string& what);
  // What else is in the map is noted; nothing may be in it twice.
  void know(const YAML::Node& map, const std::string& where, std::initializer_list<std::string_view> known);
  void note(std::string note);
  // Takes that much of the room.
  void spend(size_t bytes);

  void refuse(std::string problem);
  bool has_problem() const { return !problem_.empty(); }
  const std::string& problem() const { return problem_; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  size_t& room_;
  std::string problem_;
  std::vector<std::string> notes_;
};

}  // namespace klamm::broker
