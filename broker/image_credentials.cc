#include "broker/image_credentials.h"

namespace klamm::broker {

std::optional<security::ScramVerifier> ImageCredentials::scram(security::ScramMechanism mechanism,
                                                               std::string_view user) const {
  auto image = images_.get();
  // The numbers are the same on the wire, in the metadata log and here (KIP-554).
  const auto key = static_cast<decltype(ScramKey::mechanism)>(mechanism);
  const ScramCredential* found = image->scram().find(key, user);
  if (found == nullptr) return std::nullopt;
  return security::ScramVerifier{.salt = found->salt,
                                 .stored_key = found->stored_key,
                                 .server_key = found->server_key,
                                 .iterations = found->iterations};
}

}  // namespace klamm::broker
