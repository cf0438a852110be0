#include "cli/console_options.h"

#include <fmt/format.h>

#include "cli/text.h"

namespace klamm::cli {

Attempt<std::string_view> current_name(const Options& options, std::string_view name,
                                       std::string_view old_name, Console& console) {
  if (options.has(name) && options.has(old_name)) {
    return wrong_usage(fmt::format("Options --{} and --{} cannot be specified together.", name, old_name));
  }
  if (!options.has(old_name)) return name;
  console.line("Warning: --{} is deprecated and will be removed in a future version. Use --{} instead.",
               old_name, name);
  return old_name;
}

Attempt<ClientProperties> properties_of(const Options& options, std::string_view file_option,
                                        std::string_view value_option, const Session& session) {
  auto properties = load_properties(session.disk, options.value(file_option));
  if (!properties) return properties;
  for (const std::string& text : options.values(value_option)) set_key_value(*properties, text);
  return properties;
}

void merge_option(ClientProperties& properties, std::string_view key, const Options& options,
                  std::string_view option) {
  if (!options.has(option) && properties.has(key)) return;
  if (const auto value = options.value(option)) {
    properties.set(std::string(key), *value);
  } else {
    properties.remove(key);
  }
}

Attempt<std::string> bootstrap_of(const Options& options) {
  std::optional<std::string> text = options.value("bootstrap-server");
  if (!text) text = options.value("broker-list");
  if (!text || trimmed(*text).empty()) return wrong_usage("Error while validating the bootstrap address\n");
  for (const std::string_view piece : split(*text, ',')) {
    const size_t colon = piece.rfind(':');
    if (colon == piece.npos || !parse_int(trimmed(piece.substr(colon + 1)))) {
      return wrong_usage("Please provide valid host:port like host1:9091,host2:9092\n");
    }
  }
  return *std::move(text);
}

}  // namespace klamm::cli
