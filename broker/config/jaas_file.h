// The JAAS file, which --jaas names, or as for Java -Djava.security.auth.login.config in KAFKA_OPTS. It is
// read when something of it is first asked for, since a node whose listeners have entries of their own needs
// none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "broker/config/sources.h"
#include "security/jaas.h"

namespace klamm::broker {

class JaasFile {
 public:
  explicit JaasFile(const ConfigSources& sources);

  bool is_named() const { return !path_.empty(); }
  // "the JAAS file /etc/kafka/jaas.conf (named by KAFKA_OPTS)".
  std::string subject() const;
  // The entries for a listener; null when there are none, or no file. The failure is that of the file, the
  // same each time.
  Result<const security::JaasEntries*, Failure> entries_for(std::string_view listener);

 private:
  Result<void, Failure> read();

  const ConfigSources& sources_;
  security::SystemProperties properties_;
  std::string path_;
  std::string_view named_by_;
  std::optional<security::JaasSections> sections_;
};

}  // namespace klamm::broker
