#include "broker/config/value.h"

#include <fmt/format.h>

#include <algorithm>

#include "broker/config/endpoints.h"
#include "broker/config/text.h"

namespace klamm::broker {
namespace {

Error<Failure> invalid(std::string_view name, std::string_view value, std::string_view why) {
  return Error{Failure{fmt::format("Invalid value {} for configuration {}: {}", value, name, why)}};
}

// As Java prints an object in a message: lists in brackets.
std::string printed(const ConfigValue& value) {
  if (const StringList* list = std::get_if<StringList>(&value)) return "[" + join(*list, ", ") + "]";
  return render_value(value);
}

Result<ConfigValue, Failure> parse_type(const ConfigKey& key, std::string_view name, std::string_view text) {
  std::string_view trimmed = java_trim(text);
  std::optional<int64_t> integer;
  switch (key.type) {
    case ConfigType::kBoolean: {
      std::string lower = lower_case(trimmed);
      if (lower == "true") return ConfigValue(true);
      if (lower == "false") return ConfigValue(false);
      return invalid(name, text, "Expected value to be either true or false");
    }
    case ConfigType::kInt:
      integer = parse_integer(trimmed, INT32_MIN, INT32_MAX);
      break;
    case ConfigType::kShort:
      integer = parse_integer(trimmed, INT16_MIN, INT16_MAX);
      break;
    case ConfigType::kLong:
      integer = parse_integer(trimmed, INT64_MIN, INT64_MAX);
      break;
    case ConfigType::kDouble:
      if (std::optional<double> number = parse_double(trimmed)) return ConfigValue(*number);
      break;
    case ConfigType::kList:
      return ConfigValue(split_list(trimmed));
    default:
      return ConfigValue(std::string(trimmed));
  }
  if (integer) return ConfigValue(*integer);
  return invalid(name, text, fmt::format("Not a number of type {}", name_of(key.type)));
}

// A bound as Java prints the number it was written as.
std::string bound(double value) {
  return value == static_cast<double>(static_cast<int64_t>(value))
             ? fmt::format("{}", static_cast<int64_t>(value))
             : render_double(value);
}

Result<void, Failure> check_range(const Validator& validator, std::string_view name,
                                  const ConfigValue& value) {
  double number = std::holds_alternative<double>(value) ? std::get<double>(value)
                                                        : static_cast<double>(std::get<int64_t>(value));
  if (number < validator.min) {
    return invalid(name, printed(value), "Value must be at least " + bound(validator.min));
  }
  if (number > validator.max) {
    return invalid(name, printed(value), "Value must be no more than " + bound(validator.max));
  }
  return {};
}

Result<void, Failure> check_list(const Validator& validator, std::string_view name, const StringList& list) {
  if (list.empty() && !validator.empty_allowed) {
    std::string options =
        validator.options.empty() ? "any non-empty value" : fmt::format("[{}]", validator.options);
    return Error{Failure{
        fmt::format("Configuration '{}' must not be empty. Valid values include: {}", name, options)}};
  }
  StringList options = split_list(validator.options);
  for (const std::string& entry : list) {
    if (entry.empty()) {
      return Error{Failure{fmt::format("Configuration '{}' values must not be empty.", name)}};
    }
    if (!options.empty() && std::find(options.begin(), options.end(), entry) == options.end()) {
      return invalid(name, entry, fmt::format("String must be one of: {}", validator.options));
    }
  }
  return {};
}

Result<void, Failure> check_option(const Validator& validator, std::string_view name,
                                   const std::string& text) {
  bool any_case = validator.kind == ValidatorKind::kOneOfIgnoringCase;
  StringList options = split_list(validator.options);
  std::string wanted = any_case ? upper_case(text) : text;
  if (std::find(options.begin(), options.end(), wanted) != options.end()) return {};
  return invalid(
      name, text,
      fmt::format("String must be one of{}: {}", any_case ? " (case insensitive)" : "", validator.options));
}

Result<void, Failure> check_gzip_level(std::string_view name, int64_t level) {
  if (level == -1 || (level >= 1 && level <= 9)) return {};
  return invalid(name, std::to_string(level), "Value must be between 1 and 9 or equal to -1");
}

bool is_replica(std::string_view text) {
  if (text.empty()) return true;
  size_t colon = text.find(':');
  auto digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return colon != std::string_view::npos && digits(text.substr(0, colon)) && digits(text.substr(colon + 1));
}

Result<void, Failure> check_throttled_replicas(std::string_view name, const StringList& list) {
  if (join(list, "") == "*" || std::all_of(list.begin(), list.end(), is_replica)) return {};
  return invalid(name, "[" + join(list, ", ") + "]",
                 fmt::format("{} must be the literal '*' or a list of replicas in the following format: "
                             "[partitionId]:[brokerId],[partitionId]:[brokerId],...",
                             name));
}

// ISO 8601 as Java's Duration.parse takes it (days to seconds, in any case), without signs: a duration below
// zero is refused, and nobody writes the others.
bool is_duration(std::string_view text) {
  if (text.empty() || (text[0] != 'P' && text[0] != 'p')) return false;
  std::string units = "DHMS";
  size_t next = 0;  // units before it can no longer come
  bool time = false, any = false, open = true;
  for (size_t i = 1; i < text.size();) {
    if ((text[i] == 'T' || text[i] == 't') && !time) {
      time = true, open = false, next = std::max<size_t>(next, 1), i++;
      continue;
    }
    size_t digits = text.find_first_not_of("0123456789", i);
    if (digits == i || digits == std::string_view::npos) return false;
    bool fraction = text[digits] == '.' || text[digits] == ',';
    if (fraction) digits = text.find_first_not_of("0123456789", digits + 1);
    if (digits == std::string_view::npos) return false;
    size_t unit = units.find(upper_case(text.substr(digits, 1)), next);
    if (unit == std::string::npos || (unit > 0) != time || (fraction && unit != 3)) return false;
    next = unit + 1, any = open = true, i = digits + 1;
  }
  return any && open;
}

Result<void, Failure> check_offset_reset(std::string_view name, const std::string& text) {
  if (text == "latest" || text == "earliest") return {};
  constexpr std::string_view kByDuration = "by_duration:";
  if (text.starts_with(kByDuration) && is_duration(std::string_view(text).substr(kByDuration.size())))
    return {};
  return invalid(name, text,
                 fmt::format("Invalid value `{}` for configuration {}. The value must be either 'earliest', "
                             "'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.",
                             text, name));
}

Result<void, Failure> check_value(const ConfigKey& key, std::string_view name, const ConfigValue& value) {
  switch (key.validator.kind) {
    case ValidatorKind::kAny:
      return {};
    case ValidatorKind::kRange:
      return check_range(key.validator, name, value);
    case ValidatorKind::kOneOf:
    case ValidatorKind::kOneOfIgnoringCase:
      return check_option(key.validator, name, std::get<std::string>(value));
    case ValidatorKind::kNonEmptyString:
      if (!std::get<std::string>(value).empty()) return {};
      return invalid(name, "", "String must be non-empty");
    case ValidatorKind::kList:
      return check_list(key.validator, name, std::get<StringList>(value));
    case ValidatorKind::kGzipLevel:
      return check_gzip_level(name, std::get<int64_t>(value));
    case ValidatorKind::kThrottledReplicas:
      return check_throttled_replicas(name, std::get<StringList>(value));
    case ValidatorKind::kQuorumVoters:
      if (auto voters = parse_quorum_voters(std::get<StringList>(value)); !voters)
        return Error{voters.error()};
      return {};
    case ValidatorKind::kBootstrapServers:
      if (auto servers = parse_bootstrap_servers(std::get<StringList>(value)); !servers) {
        return Error{servers.error()};
      }
      return {};
    case ValidatorKind::kOffsetReset:
      return check_offset_reset(name, std::get<std::string>(value));
  }
  return {};
}

void drop_duplicates(StringList& list) {
  StringList kept;
  for (std::string& entry : list) {
    if (std::find(kept.begin(), kept.end(), entry) == kept.end()) kept.push_back(std::move(entry));
  }
  list = std::move(kept);
}

}  // namespace

Result<ConfigValue, Failure> parse_value(const ConfigKey& key, std::string_view name, std::string_view text) {
  Result<ConfigValue, Failure> value = parse_type(key, name, text);
  if (!value) return value;
  if (key.validator.kind == ValidatorKind::kList) drop_duplicates(std::get<StringList>(*value));
  if (auto valid = check_value(key, name, *value); !valid) return Error{valid.error()};
  return value;
}

Result<ConfigValue, Failure> parse_value(const ConfigKey& key, std::string_view text) {
  return parse_value(key, key.name, text);
}

ConfigValue default_value(const ConfigKey& key) {
  if (!key.default_value) return std::monostate();
  Result<ConfigValue, Failure> value = parse_type(key, key.name, *key.default_value);
  CHECK(value.ok());
  return std::move(value).value();
}

std::string render_value(const ConfigValue& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const int64_t* integer = std::get_if<int64_t>(&value)) return std::to_string(*integer);
  if (const double* number = std::get_if<double>(&value)) return render_double(*number);
  if (const std::string* text = std::get_if<std::string>(&value)) return *text;
  if (const StringList* list = std::get_if<StringList>(&value)) return join(*list, ",");
  return "";
}

}  // namespace klamm::broker
