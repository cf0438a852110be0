// ImageCredentials: the SCRAM credentials of the cluster, as this node's latest image has them.
#pragma once

#include "broker/published_image.h"
#include "security/sasl_server.h"

namespace klamm::broker {

class ImageCredentials final : public security::SaslCredentials {
 public:
  // `images` outlives this.
  explicit ImageCredentials(const PublishedImage& images) : images_(images) {}

  std::optional<security::ScramVerifier> scram(security::ScramMechanism mechanism,
                                               std::string_view user) const override;

 private:
  const PublishedImage& images_;
};

}  // namespace klamm::broker
