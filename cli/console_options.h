// What the command lines of the console producer and the console consumer have in common: files of
// properties, key=value laid over them, and options that stand for keys.
#pragma once

#include <string_view>

#include "cli/client/properties.h"
#include "cli/options.h"
#include "cli/tool.h"

namespace klamm::cli {

// An option that has two names, of which the second is on its way out; not both (kUsage). Says so on standard
// output where Kafka's tool does. Gives the name to ask for.
Attempt<std::string_view> current_name(const Options& options, std::string_view name,
                                       std::string_view old_name, Console& console);

// The file of the first option, and the key=value of the second laid over it.
Attempt<ClientProperties> properties_of(const Options& options, std::string_view file_option,
                                        std::string_view value_option, const Session& session);

// The value of `option` for `key`, if it is given; otherwise its default, unless the key is set.
void merge_option(ClientProperties& properties, std::string_view key, const Options& options,
                  std::string_view option);

// --bootstrap-server, or the --broker-list of old, is a list of host:port; kUsage in Kafka's words.
Attempt<std::string> bootstrap_of(const Options& options);

}  // namespace klamm::cli
