#pragma once

#include "base/clock.h"
#include "broker/metadata/access.h"
#include "broker/published_image.h"
#include "broker/replica/fetch_session_cache.h"
#include "broker/replica/partitions.h"
#include "broker/request.h"

namespace klamm::broker {

struct FetchUses {
  const PublishedImage& images;
  const Partitions& partitions;
  FetchSessionCache& sessions;
  const Clock& clock;
  int32_t response_size_max;  // fetch.max.bytes
  const AuthorizerRules& authorizer;
  bool reads_by_rack = false;           // replica.selector.class
  metrics::NodeStats* stats = nullptr;  // if anybody wants to know
};

void handle_fetch(Request request, Reply reply, const FetchUses& uses);

}  // namespace klamm::broker
