#include "broker/config/page.h"

#include <fmt/format.h>

#include "broker/config/definitions.h"
#include "broker/config/key_report.h"
#include "broker/config/synonyms.h"
#include "broker/config/text.h"
#include "broker/config/value.h"

namespace klamm::broker {
namespace {

constexpr std::string_view kIntroduction =
    "# Configuration\n"
    "\n"
    "Written by `klamm config-docs` from the table in `broker/config`; not to be edited.\n"
    "\n"
    "`klamm server FILE [--override key=value]...` reads Kafka's `server.properties`. Every key of Apache "
    "Kafka 4.3 is known. The column *Klamm* says what is done with it:\n"
    "\n"
    "- **acts**: what Kafka does, with a remark where not quite;\n"
    "- **nothing to do**: accepted; one line says why it has no effect here;\n"
    "- **not yet**: accepted; a warning when it is set to other than its default;\n"
    "- **refused**: set to other than its default it stops the start.\n"
    "\n"
    "The line comes at start, and when the setting is made while the node runs.\n"
    "\n"
    "*Change* says where a broker's key can be set while it runs: for one *broker*, for all brokers "
    "(*cluster*), or only in the *file*. A broker's own dynamic setting beats that of all brokers, which "
    "beats the file. "
    "`listener.name.<listener>.` before a key sets it for one listener. `${name:path:key}` in the file is "
    "replaced by the providers that `config.providers` names (environment, properties files, directories of "
    "files).\n";

std::string cell(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '|' || c == '<') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string shown_default(const ConfigKey& key) {
  if (key.standing == Standing::kRequired) return "(required)";
  if (!key.default_value) return "(none)";
  return key.default_value->empty() ? "(empty)" : fmt::format("`{}`", *key.default_value);
}

std::string shown_treatment(const Treatment& treatment) {
  constexpr std::string_view kNames[] = {"acts", "nothing to do", "not yet", "refused"};
  std::string text(kNames[static_cast<size_t>(treatment.kind)]);
  return treatment.note.empty() ? text : fmt::format("{}: {}", text, treatment.note);
}

// The bounds of a number, or the words that are valid.
std::string shown_validator(const ConfigKey& key) {
  const Validator& validator = key.validator;
  if (!validator.options.empty()) return fmt::format(" ({})", validator.options);
  if (validator.kind == ValidatorKind::kGzipLevel) return " (1..9 or -1)";
  if (validator.kind != ValidatorKind::kRange) return "";
  auto bound = [](double value) {
    return value == static_cast<double>(static_cast<int64_t>(value))
               ? fmt::format("{}", static_cast<int64_t>(value))
               : render_double(value);
  };
  bool open = validator.max == std::numeric_limits<double>::infinity();
  return open ? fmt::format(" (>= {})", bound(validator.min))
              : fmt::format(" ({}..{})", bound(validator.min), bound(validator.max));
}

std::string row(const ConfigKey& key, std::string_view fourth) {
  return fmt::format("| `{}` | {}{} | {} | {} | {} | {} |\n", key.name, lower_case(name_of(key.type)),
                     cell(shown_validator(key)), cell(shown_default(key)), fourth, cell(key.documentation),
                     cell(shown_treatment(key.treatment)));
}

std::string heading(std::string_view title, std::string_view fourth) {
  return fmt::format(
      "\n## {}\n\n| key | type | default | {} | meaning | Klamm |\n|---|---|---|---|---|---|\n", title,
      fourth);
}

std::string broker_section() {
  constexpr std::string_view kModes[] = {"file", "broker", "cluster"};
  std::string text = heading("Broker keys", "change");
  for (const ConfigKey* key : broker_keys().keys()) text += row(*key, kModes[static_cast<size_t>(key->mode)]);
  return text;
}

std::string topic_section() {
  std::string text = heading("Topic keys", "broker key");
  for (const ConfigKey* key : topic_keys().keys()) {
    StringList synonyms;
    for (const TopicSynonym& synonym : topic_synonyms(key->name)) {
      synonyms.push_back(fmt::format("`{}`", synonym.broker_key));
    }
    text += row(*key, join(synonyms, ", "));
  }
  return text;
}

std::string group_section() {
  std::string text = heading("Group keys", "broker key");
  for (const ConfigKey* key : group_keys().keys()) {
    bool has = broker_keys().find("group." + std::string(key->name)) != nullptr;
    text += row(*key, has ? fmt::format("`group.{}`", key->name) : "");
  }
  text += heading("Client-metrics keys", "broker key");
  for (const ConfigKey* key : client_metrics_keys().keys()) text += row(*key, "");
  return text;
}

std::string removed_section() {
  std::string text =
      "\n## Keys that Kafka 4 has removed\n\nIgnored, with one line at start. `zookeeper.*` likewise.\n\n"
      "| key | instead |\n|---|---|\n";
  for (const RemovedKey& key : removed_keys())
    text += fmt::format("| `{}` | {} |\n", key.name, cell(key.instead));
  return text;
}

}  // namespace

std::string configuration_page() {
  return std::string(kIntroduction) + broker_section() + topic_section() + group_section() +
         removed_section();
}

}  // namespace klamm::broker
