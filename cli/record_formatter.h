// RecordFormatter: how the console consumer prints a record: as Kafka's DefaultMessageFormatter and its
// sisters.
#pragma once

#include <memory>
#include <string>

#include "cli/client/fetcher.h"
#include "cli/client/properties.h"
#include "cli/error.h"
#include "cli/output.h"

namespace klamm::cli {

class RecordFormatter {
 public:
  virtual ~RecordFormatter() = default;
  // Appends what is to be printed of the record. A failure, kFailed, is of this record alone: its bytes are
  // not what they were said to be.
  virtual Attempt<> format(const FetchedRecord& record, std::string& to) = 0;
};

// By the name of Kafka's class, with or without its package, of old or new: Default, Logging, NoOp, Offsets,
// GroupMetadata, TransactionLog, ShareGroup, ShareGroupState, each with MessageFormatter behind it. `console`
// is told of deserializers that are not there.
Attempt<std::unique_ptr<RecordFormatter>> make_record_formatter(const std::string& class_name,
                                                                const ClientProperties& properties,
                                                                Console& console);
// One object of JSON a line. Bytes that are no text have their place under key_base64 and value_base64.
std::unique_ptr<RecordFormatter> make_json_formatter();

}  // namespace klamm::cli
