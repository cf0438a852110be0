// ToolError: why a tool cannot do what it was asked. Kafka's tools are Java programs, and many of them print
// the exception that stopped them: its class and its message are worked out here, so that what scripts look
// for in an output is there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/errors.h"

namespace klamm::cli {

struct ToolError {
  enum class Kind {
    kBroker,          // a broker has answered with `code`
    kNetwork,         // nobody was reached, or the connection was lost: worth another attempt
    kTimeout,         // the time for a call is over
    kAuthentication,  // the TLS handshake or the login was refused
    kUnsupported,     // the broker does not know the API, or not in a version that is needed
    kArgument,        // something on the command line, or in a file that it names, is wrong
    kUsage,           // the same, and Kafka's tool prints its usage behind the message
    kFailed,          // what no other says: a file that cannot be written, an answer that makes no sense
  };
  Kind kind = Kind::kBroker;
  protocol::ErrorCode code = protocol::ErrorCode::kUnknownServerError;
  std::string message;
  // It passes by itself: the same call may go well a moment later.
  bool is_passing = false;
};

template <class T = void>
using Attempt = Result<T, ToolError>;

// `said` is what the broker wrote beside the code; without it, what Kafka says of the code.
Error<ToolError> broker_error(protocol::ErrorCode code, std::optional<std::string_view> said = std::nullopt);
// The same of a code off the wire.
Error<ToolError> broker_error(int16_t code, std::optional<std::string_view> said = std::nullopt);
// One that passes by itself.
Error<ToolError> passing_error(int16_t code, std::optional<std::string_view> said = std::nullopt);
Error<ToolError> network_error(std::string message);
Error<ToolError> authentication_error(std::string message);
Error<ToolError> wrong_argument(std::string message);
Error<ToolError> wrong_usage(std::string message);
Error<ToolError> failed(std::string message);

// What Kafka's clients say of a code when the broker has not said more.
std::string_view default_message(protocol::ErrorCode code);
// The class of the exception that Kafka's tool would have met: "UnknownTopicOrPartitionException".
std::string exception_name(const ToolError& error);
// And how Java prints that exception, as Throwable.toString():
// "org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not ...".
std::string exception_text(const ToolError& error);
// What a Java program prints that waits for the outcome of a call and shows the message of what it meets:
// the whole exception of the call, but the message alone of what was wrong before it was made.
std::string thrown_text(const ToolError& error);

}  // namespace klamm::cli
