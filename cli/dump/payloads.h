// How kafka-dump-log shows a record's key and value: as text, or by one of its decoders.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/error.h"
#include "cli/options.h"
#include "protocol/record_batch_records.h"

namespace klamm::cli {

struct Payload {
  std::optional<std::string> key;
  std::optional<std::string> value;
};

class PayloadDecoder {
 public:
  virtual ~PayloadDecoder() = default;
  // A failure ends the dump, as in Kafka.
  virtual Attempt<Payload> decode(const protocol::Record& record, int64_t offset) = 0;
};

// Of --offsets-decoder and its sisters, or of --key-decoder-class and --value-decoder-class, of which Kafka's
// own for strings, numbers and bytes are there.
Attempt<std::unique_ptr<PayloadDecoder>> make_payload_decoder(const Options& options);

}  // namespace klamm::cli
