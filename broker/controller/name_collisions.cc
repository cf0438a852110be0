#include "broker/controller/name_collisions.h"

#include <string>

namespace klamm::broker {
namespace {

// Of the two the one that comes first in the order of names.
constexpr char kFirst = '.';
constexpr char kSecond = '_';
static_assert(kFirst < kSecond);

// As strings are compared.
bool is_before(char a, char b) { return std::char_traits<char>::lt(a, b); }
bool is_either(char c) { return c == kFirst || c == kSecond; }
bool are_alike(char a, char b) { return a == b || (is_either(a) && is_either(b)); }

// `begin`, and behind it the first of all that the rest of a name may be.
std::string completed(std::string begin, std::string_view rest) {
  for (char c : rest) begin += is_either(c) ? kFirst : c;
  return begin;
}

// The first of all names like `name` that does not come before `from`.
std::optional<std::string> first_like(std::string_view name, std::string_view from) {
  size_t same = 0;  // so much of `from` may begin such a name
  while (same < name.size() && same < from.size() && are_alike(name[same], from[same])) ++same;
  if (same == from.size()) return completed(std::string(from), name.substr(same));
  if (same < name.size()) {
    const std::string begin(from.substr(0, same));
    const bool has_choice = is_either(name[same]);
    if (is_before(from[same], has_choice ? kFirst : name[same])) return completed(begin, name.substr(same));
    if (has_choice && is_before(from[same], kSecond))
      return completed(begin + kSecond, name.substr(same + 1));
  }
  // All that begin so come before `from`.
  const size_t last = from.substr(0, same).rfind(kFirst);
  if (last == std::string_view::npos) return std::nullopt;
  return completed(std::string(from.substr(0, last)) + kSecond, name.substr(last + 1));
}

}  // namespace

// From name to name: what is not like it says from where on to look again.
std::optional<std::string_view> colliding_topic(const TopicsImage& topics, std::string_view name) {
  std::string_view from;
  while (const auto like = first_like(name, from)) {
    const auto found = topics.by_name().lower_bound(*like);
    if (found == topics.by_name().end()) return std::nullopt;
    from = found->first;
    if (from == *like) return from;
  }
  return std::nullopt;
}

}  // namespace klamm::broker
