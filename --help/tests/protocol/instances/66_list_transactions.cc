// Generated from protocol/schema/66_list_transactions.kmsg; not to be edited.
#include "protocol/messages/list_transactions_request.h"
#include "protocol/messages/list_transactions_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ListTransactionsRequest& to, int16_t version) {
  to.state_filters.resize(random.count());
  for (auto& element : to.state_filters) element = random.string();
  to.producer_id_filters.resize(random.count());
  for (auto& element : to.producer_id_filters) element = random.number<int64_t>();
  if (version >= 1) {
    to.duration_filter = random.number<int64_t>();
  }
  if (version >= 2) {
    to.transactional_id_pattern.reset();
    if (!random.null()) {
      to.transactional_id_pattern = random.string();
    }
  }
}

void fill(InstanceRandom& random, ListTransactionsResponse::TransactionState& to, int16_t) {
  to.transactional_id = random.string();
  to.producer_id = random.number<int64_t>();
  to.transaction_state = random.string();
}

void fill(InstanceRandom& random, ListTransactionsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.unknown_state_filters.resize(random.count());
  for (auto& element : to.unknown_state_filters) element = random.string();
  to.transaction_states.resize(random.count());
  for (auto& element : to.transaction_states) fill(random, element, version);
}

}  // namespace

void write_random_list_transactions_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ListTransactionsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_list_transactions_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ListTransactionsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
