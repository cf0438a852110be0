// JSON that tools are given in files, and its fields, with what Kafka's decoder says of a wrong one.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/error.h"
#include "storage/disk.h"

namespace klamm::cli {

using Json = boost::json::value;

// nullopt for what is no JSON.
std::optional<Json> parse_json(std::string_view text);
// The text of a file that is named on the command line.
Attempt<std::string> read_named_file(storage::Disk& disk, const std::string& path);

// The failures are kFailed: "Expected JSON object, received 7", "No such field exists: `topic`".
Attempt<const boost::json::object*> json_object(const Json& value);
Attempt<const boost::json::array*> json_array(const Json& value);
Attempt<int32_t> json_int(const Json& value);
Attempt<int64_t> json_long(const Json& value);
Attempt<std::string> json_string(const Json& value);

Attempt<const Json*> json_field(const boost::json::object& object, std::string_view name);
Attempt<int32_t> json_int(const boost::json::object& object, std::string_view name);
Attempt<int64_t> json_long(const boost::json::object& object, std::string_view name);
Attempt<std::string> json_string(const boost::json::object& object, std::string_view name);

}  // namespace klamm::cli
