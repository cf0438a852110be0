// The words that rows of the table are written in. Only for definitions_*.cc.
#pragma once

#include "broker/config/definitions.h"

namespace klamm::broker::rows {

using enum ConfigType;
using enum Importance;
using enum DynamicMode;
using enum Standing;

inline constexpr std::nullopt_t kNull = std::nullopt;

constexpr Treatment acts(std::string_view note = "") { return {TreatmentKind::kActs, note}; }
constexpr Treatment meaningless(std::string_view why) { return {TreatmentKind::kMeaningless, why}; }
constexpr Treatment not_yet(std::string_view why) { return {TreatmentKind::kNotYet, why}; }
constexpr Treatment refused(std::string_view instead) { return {TreatmentKind::kRefused, instead}; }

constexpr Validator any() { return {}; }
constexpr Validator at_least(double min) { return {.kind = ValidatorKind::kRange, .min = min}; }
constexpr Validator between(double min, double max) {
  return {.kind = ValidatorKind::kRange, .min = min, .max = max};
}
constexpr Validator one_of(std::string_view options) {
  return {.kind = ValidatorKind::kOneOf, .options = options};
}
constexpr Validator one_of_ignoring_case(std::string_view options) {
  return {.kind = ValidatorKind::kOneOfIgnoringCase, .options = options};
}
constexpr Validator list(std::string_view options = "") {
  return {.kind = ValidatorKind::kList, .options = options};
}
constexpr Validator non_empty_list(std::string_view options = "") {
  return {.kind = ValidatorKind::kList, .options = options, .empty_allowed = false};
}
constexpr Validator of(ValidatorKind kind) { return {.kind = kind}; }

std::span<const ConfigKey> network();
std::span<const ConfigKey> server();
std::span<const ConfigKey> log();
std::span<const ConfigKey> quorum();
std::span<const ConfigKey> replication();
std::span<const ConfigKey> groups();
std::span<const ConfigKey> share_groups();
std::span<const ConfigKey> transactions();
std::span<const ConfigKey> remote_storage();
std::span<const ConfigKey> security();
std::span<const ConfigKey> oauth();
std::span<const ConfigKey> topics();
std::span<const ConfigKey> group_resources();
std::span<const ConfigKey> client_metrics();

}  // namespace klamm::broker::rows
