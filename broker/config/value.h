// A configuration value with its type: read from text and checked as Kafka's ConfigDef does, with its
// messages, since clients see them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "broker/config/definitions.h"

namespace klamm::broker {

using StringList = std::vector<std::string>;

// kInt, kShort and kLong are int64_t; kString, kClass and kPassword are std::string; null is std::monostate.
using ConfigValue = std::variant<std::monostate, bool, int64_t, double, std::string, StringList>;

// The text as a value of the key's type, and valid for the key. The failure is Kafka's sentence: "Invalid
// value abc for configuration retention.ms: Not a number of type LONG". It never holds a password.
Result<ConfigValue, Failure> parse_value(const ConfigKey& key, std::string_view text);
// The same under another name, for keys with a listener's prefix.
Result<ConfigValue, Failure> parse_value(const ConfigKey& key, std::string_view name, std::string_view text);

// What parse_value makes of the default; the table's defaults are valid.
ConfigValue default_value(const ConfigKey& key);

// As DescribeConfigs shows it; null (and never asked for passwords) has no text.
std::string render_value(const ConfigValue& value);

}  // namespace klamm::broker
