#include "cli/json_text.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <limits>

#include "base/bytes.h"

namespace klamm::cli {
namespace {

constexpr uint64_t kFileSizeMax = 64 << 20;

Error<ToolError> expected(std::string_view what, const Json& value) {
  return failed(fmt::format("Expected {}, received {}", what, boost::json::serialize(value)));
}

template <class T, class F>
Attempt<T> taken(const boost::json::object& object, std::string_view name, F take) {
  auto value = json_field(object, name);
  if (!value) return Error{value.error()};
  return take(**value);
}

}  // namespace

std::optional<Json> parse_json(std::string_view text) {
  boost::system::error_code error;
  Json value = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
  if (error) return std::nullopt;
  return value;
}

Attempt<std::string> read_named_file(storage::Disk& disk, const std::string& path) {
  const storage::DiskResult<Bytes> bytes = storage::read_file(disk, path, kFileSizeMax);
  if (!bytes) return failed(bytes.error().what);
  return std::string(bytes->begin(), bytes->end());
}

Attempt<const boost::json::object*> json_object(const Json& value) {
  if (!value.is_object()) return expected("JSON object", value);
  return &value.get_object();
}

Attempt<const boost::json::array*> json_array(const Json& value) {
  if (!value.is_array()) return expected("JSON array", value);
  return &value.get_array();
}

Attempt<int32_t> json_int(const Json& value) {
  const bool fits = value.is_int64() && value.get_int64() >= std::numeric_limits<int32_t>::min() &&
                    value.get_int64() <= std::numeric_limits<int32_t>::max();
  if (!fits) return expected("`Integer` value", value);
  return static_cast<int32_t>(value.get_int64());
}

Attempt<int64_t> json_long(const Json& value) {
  if (!value.is_int64()) return expected("`Long` value", value);
  return value.get_int64();
}

Attempt<std::string> json_string(const Json& value) {
  if (!value.is_string()) return expected("`String` value", value);
  const boost::json::string& text = value.get_string();
  return std::string(text.data(), text.size());
}

Attempt<const Json*> json_field(const boost::json::object& object, std::string_view name) {
  const Json* value = object.if_contains(boost::json::string_view(name.data(), name.size()));
  if (value == nullptr) return failed(fmt::format("No such field exists: `{}`", name));
  return value;
}

Attempt<int32_t> json_int(const boost::json::object& object, std::string_view name) {
  return taken<int32_t>(object, name, [](const Json& value) { return json_int(value); });
}

Attempt<int64_t> json_long(const boost::json::object& object, std::string_view name) {
  return taken<int64_t>(object, name, [](const Json& value) { return json_long(value); });
}

Attempt<std::string> json_string(const boost::json::object& object, std::string_view name) {
  return taken<std::string>(object, name, [](const Json& value) { return json_string(value); });
}

}  // namespace klamm::cli
