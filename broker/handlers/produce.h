#pragma once

#include "base/clock.h"
#include "broker/metadata/access.h"
#include "broker/published_image.h"
#include "broker/replica/partitions.h"
#include "broker/request.h"

namespace klamm::broker {

struct ProduceUses {
  const PublishedImage& images;
  const Partitions& partitions;
  const Clock& clock;
  const AuthorizerRules& authorizer;
  metrics::NodeStats* stats = nullptr;  // if anybody wants to know
};

void handle_produce(Request request, Reply reply, const ProduceUses& uses);

}  // namespace klamm::broker
