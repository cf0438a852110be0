// Topics and their partitions: created, enlarged and deleted.
#pragma once

#include "broker/controller/decided.h"
#include "protocol/messages/create_partitions_request.h"
#include "protocol/messages/create_partitions_response.h"
#include "protocol/messages/create_topics_request.h"
#include "protocol/messages/create_topics_response.h"
#include "protocol/messages/delete_topics_request.h"
#include "protocol/messages/delete_topics_response.h"

namespace klamm::broker {

// Where the view describes settings, the answer tells those of each topic (KIP-525).
Decided<protocol::CreateTopicsResponse> decide_create_topics(const ControllerView& view,
                                                             const protocol::CreateTopicsRequest& request);

// `version` decides how the request names its topics.
Decided<protocol::DeleteTopicsResponse> decide_delete_topics(const ControllerView& view,
                                                             const protocol::DeleteTopicsRequest& request,
                                                             int16_t version);

Decided<protocol::CreatePartitionsResponse> decide_create_partitions(
    const ControllerView& view, const protocol::CreatePartitionsRequest& request);

}  // namespace klamm::broker
