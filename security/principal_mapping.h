// ssl.principal.mapping.rules: from the distinguished name of a client's certificate to the name of its
// principal (KIP-371). Rules are tried in order; DEFAULT, which is also what an unset key means, gives the
// name as it is. As in Kafka, a value without any rule has none that applies.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace klamm::security {

class PrincipalMapping {
 public:
  PrincipalMapping();  // DEFAULT
  // `rules` as the key's value: RULE:pattern/replacement/[LU], DEFAULT, separated by commas, with Kafka's
  // escapes. The failure says which rule, where, and what is wrong.
  static Result<PrincipalMapping, Failure> parse(std::string_view rules);

  // `distinguished_name` as RFC 2253 has it. Fails where no rule applies.
  Result<std::string, Failure> name_of(std::string_view distinguished_name) const;

 private:
  struct Rule;
  std::vector<std::shared_ptr<const Rule>> rules_;
};

}  // namespace klamm::security
