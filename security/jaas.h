// JAAS text: with what a listener lets clients log in, and with what the node logs in to others. It stands in
// sasl.jaas.config, one login module with its options, or in a file of sections with several each.
//
// It is full of passwords: no failure shows a word of it, only where it is wrong.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace klamm::security {

enum class JaasFlag { kRequired, kRequisite, kSufficient, kOptional };

struct JaasEntry {
  std::string login_module;  // the name of a Java class
  JaasFlag flag = JaasFlag::kRequired;
  std::map<std::string, std::string, std::less<>> options;  // of one that is given twice, the last

  friend bool operator==(const JaasEntry&, const JaasEntry&) = default;
};

using JaasEntries = std::vector<JaasEntry>;
using JaasSections = std::map<std::string, JaasEntries, std::less<>>;
// What ${name} stands for in a file: the -Dname=value that Kafka's Java would be given.
using SystemProperties = std::map<std::string, std::string, std::less<>>;

// The value of `key`, sasl.jaas.config with its prefix:
//   <login module's class> <flag> name="value" ... ;
// As Kafka's JaasConfig reads it, and as in Kafka there must be exactly one entry.
Result<JaasEntry, Failure> parse_jaas_config(std::string_view key, std::string_view text);

// A file as Java's com.sun.security.auth.login.ConfigFile reads it: `<section> { <entry>... };`, again and
// again. `path` is the file's name, for messages.
Result<JaasSections, Failure> parse_jaas_file(std::string_view path, std::string_view text,
                                              const SystemProperties& properties = {});

// The entries for a listener: those of the section `<listener in lower case>.KafkaServer`, or otherwise of
// `KafkaServer`; null when neither is there with an entry.
const JaasEntries* find_server_entries(const JaasSections& sections, std::string_view listener);

// The class that stands for a SASL mechanism; empty for a mechanism that Kafka has none for.
std::string_view login_module_of(std::string_view mechanism);
// The first entry of the mechanism's class, or null.
const JaasEntry* find_entry(const JaasEntries& entries, std::string_view mechanism);

// What entries of PlainLoginModule say. Where several say something of the same, the first counts.
struct PlainLogins {
  std::optional<std::string> username;  // with these the node itself logs in
  std::optional<std::string> password;
  std::map<std::string, std::string, std::less<>> users;  // user_<name>: the passwords of clients, by name
};
PlainLogins plain_logins(const JaasEntries& entries);

}  // namespace klamm::security
