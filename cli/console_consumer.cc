// kafka-console-consumer: prints the records of topics. With --group it is a member of that group, and
// commits; without, it reads all partitions by itself (where Kafka's joins a group of a random name, which
// nobody sees again). As in Kafka the status is 0 whatever ends the reading: --timeout-ms, a login that is
// refused, a broker that answers with an error; it is 1 for a record that cannot be printed.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/client/client.h"
#include "cli/client/fetcher.h"
#include "cli/client/groups.h"
#include "cli/client/membership.h"
#include "cli/client/topics.h"
#include "cli/console_consumer_setup.h"
#include "cli/ending_signals.h"
#include "cli/pattern.h"
#include "cli/record_formatter.h"
#include "cli/tool_list.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"

namespace klamm::cli {
namespace {

using protocol::ErrorCode;

constexpr std::string_view kAbout =
    "This tool helps to read data from Kafka topics and outputs it to standard output.";
// How long new topics and partitions may go unnoticed.
constexpr int64_t kLookAgainMs = 30'000;
// What a call gets, however short --timeout-ms is.
constexpr int64_t kCallLeastMs = 1'000;

// Whether it is to be waited for, as an outage is.
bool passes(const ToolError& error) {
  using Kind = ToolError::Kind;
  return error.is_passing || error.kind == Kind::kTimeout || error.kind == Kind::kNetwork;
}

class ConsoleConsumer {
 public:
  ConsoleConsumer(Client& client, const ConsumerSetup& setup, const Options& options,
                  RecordFormatter& formatter)
      : client_(client),
        session_(client.session()),
        setup_(setup),
        options_(options),
        fetcher_(client, setup.fetch),
        formatter_(formatter) {
    if (!setup.membership.group.empty()) membership_.emplace(client, setup.membership);
  }

  // Until the end that was asked for, or a signal.
  Attempt<> run() {
    auto done = start();
    came_at_ms_ = now_ms();
    while (done && !is_over()) {
      auto records = fetcher_.poll();
      if (!records) {
        done = Error{records.error()};
        break;
      }
      done = print(*records);
      if (!done || is_unheard() || is_late(!records->empty())) break;
      done = keep_up();
    }
    stop();
    return done;
  }

  int64_t count() const { return count_; }
  // Whether it was a record that has ended it.
  bool has_unprintable() const { return has_unprintable_; }

 private:
  int64_t now_ms() const { return session_.clock.monotonic_ms(); }
  bool is_over() const {
    return EndingSignals::pending() != 0 || (setup_.max_messages >= 0 && count_ >= setup_.max_messages);
  }
  bool commits() const { return membership_ && setup_.commits; }

  // Whether nobody reads what is written; that is told.
  bool is_unheard() {
    if (!session_.console.is_broken()) return false;
    session_.console.error_line("Unable to write to standard out, closing consumer.");
    return true;
  }

  // Whether nothing has come for as long as --timeout-ms says; that is told.
  bool is_late(bool has_come) {
    if (has_come) came_at_ms_ = now_ms();
    if (now_ms() - came_at_ms_ <= setup_.timeout_ms) return false;
    session_.console.error_line(
        "ERROR Error processing message, terminating consumer process: "
        "org.apache.kafka.common.errors.TimeoutException");
    return true;
  }

  // As many as are still asked for, while somebody reads them: what nobody can have read is not committed.
  Attempt<> print(const std::vector<FetchedRecord>& records) {
    bool is_cut = false;
    for (const FetchedRecord& record : records) {
      is_cut = is_over() || session_.console.is_broken();
      if (is_cut) break;
      ++count_;
      std::string text;
      auto done = formatter_.format(record, text);
      if (done) {
        session_.console.write(text);
      } else if (options_.has("skip-message-on-error")) {
        session_.console.error_line("ERROR Error processing message, skipping this message: {}",
                                    exception_text(done.error()));
      } else {
        has_unprintable_ = true;
        return done;
      }
      printed_[record.partition] = record.offset + 1;
    }
    if (!is_cut) note_positions();
    session_.console.flush();
    return {};
  }

  // Where the reading stands counts as printed, too: behind markers, and where it has begun.
  void note_positions() {
    for (const auto& [partition, offset] : fetcher_.positions()) {
      if (offset >= 0) printed_[partition] = offset;
    }
  }

  Attempt<> start() {
    if (auto done = touch_topic(); !done) return done;
    if (setup_.partition) {
      return fetcher_.assign({{TopicPartition{*options_.value("topic"), *setup_.partition}, setup_.offset}});
    }
    return membership_ ? join() : read_all();
  }

  // A topic that is named is made, where the broker makes topics.
  Attempt<> touch_topic() {
    const auto topic = options_.value("topic");
    if (!topic || setup_.consumer.text("allow.auto.create.topics") == "false") return {};
    protocol::MetadataRequest request;
    request.topics.emplace().emplace_back().name = *topic;
    request.allow_auto_topic_creation = true;
    auto answer = client_.ask_any<protocol::MetadataResponse>("metadata", request, {.min = 4});
    if (!answer) return Error{answer.error()};
    for (const auto& one : (*answer)->topics) {
      const auto error = static_cast<ErrorCode>(one.error_code);
      if (error == ErrorCode::kInvalidTopicException) {
        return broker_error(error, fmt::format("Invalid topics: [{}]", *topic));
      }
      if (error == ErrorCode::kTopicAuthorizationFailed) {
        return broker_error(error, fmt::format("Not authorized to access topics: [{}]", *topic));
      }
    }
    return {};
  }

  // The topics that are asked for, by name or by those that are there.
  Attempt<std::vector<std::string>> wanted_topics() {
    if (const auto topic = options_.value("topic")) return std::vector<std::string>{*topic};
    auto pattern = Pattern::parse(*options_.value("include"));
    if (!pattern) return Error{pattern.error()};
    auto all = list_topics(client_);
    if (!all) return Error{all.error()};
    std::vector<std::string> names;
    for (const TopicListing& topic : *all) {
      if (!topic.is_internal && pattern->matches(topic.name)) names.push_back(topic.name);
    }
    return names;
  }

  static Error<ToolError> no_position(const TopicPartition& partition) {
    return failed(
        fmt::format("Undefined offset with no reset policy for partitions: [{}]", partition.text()));
  }

  // All partitions of all topics, by ourselves. Those that are read already go on where they are.
  Attempt<> read_all() {
    looked_at_ms_ = now_ms();
    auto topics = wanted_topics();
    if (!topics) return Error{topics.error()};
    auto described = try_describe_topics(client_, *topics);
    if (!described) return Error{described.error()};
    std::map<TopicPartition, int64_t> positions = fetcher_.positions();
    const bool is_first = positions.empty();
    for (const auto& [name, topic] : *described) {
      if (!topic) {
        const ErrorCode code = topic.error().code;
        if (code != ErrorCode::kUnknownTopicOrPartition && code != ErrorCode::kLeaderNotAvailable) {
          return Error{topic.error()};
        }
        if (!std::exchange(is_missing_said_, true)) {
          session_.console.error_line("WARN The metadata response reported an error for topic {}: {}", name,
                                      protocol::name_of(code));
        }
        looked_at_ms_ = now_ms() - kLookAgainMs;  // soon
        continue;
      }
      for (const auto& one : topic->partitions) {
        const TopicPartition partition{name, one.partition};
        if (is_first && !setup_.fetch.reset) return no_position(partition);
        // What comes to be later is read from its first record on.
        positions.try_emplace(partition, is_first ? *setup_.fetch.reset : kEarliestOffset);
      }
    }
    if (positions.size() == fetcher_.positions().size()) return {};
    return fetcher_.assign(positions);
  }

  // How many partitions each topic that is asked for has: with another number of them the group forms anew.
  Attempt<std::map<std::string, size_t>> topic_sizes() {
    looked_at_ms_ = now_ms();
    auto topics = wanted_topics();
    if (!topics) return Error{topics.error()};
    auto described = try_describe_topics(client_, *topics);
    if (!described) return Error{described.error()};
    std::map<std::string, size_t> sizes;
    for (const auto& [name, topic] : *described) {
      if (topic) sizes[name] = topic->partitions.size();
    }
    return sizes;
  }

  // Anew, too. Until the group has formed nothing is read: others may have these partitions then.
  Attempt<> join() {
    is_in_ = false;
    if (commits()) commit();
    if (auto done = fetcher_.assign({}); !done) return done;
    auto sizes = topic_sizes();
    if (!sizes) return Error{sizes.error()};
    sizes_ = *std::move(sizes);
    auto topics = wanted_topics();
    if (!topics) return Error{topics.error()};
    auto assigned = membership_->join(*topics);
    if (!assigned) return Error{assigned.error()};
    printed_.clear();
    auto committed = committed_offsets(client_, setup_.membership.group);
    if (!committed) return Error{committed.error()};
    std::map<TopicPartition, int64_t> positions;
    for (const TopicPartition& partition : *assigned) {
      const auto found = committed->find(partition);
      if (found == committed->end() && !setup_.fetch.reset) return no_position(partition);
      positions[partition] = found != committed->end() ? found->second.offset : *setup_.fetch.reset;
    }
    auto done = fetcher_.assign(positions);
    is_in_ = done.ok();
    if (is_in_) note_positions();
    return done;
  }

  // What is to be done between two polls. What passes by itself is waited for.
  Attempt<> keep_up() {
    auto done = membership_ ? keep_in_group() : look_for_partitions();
    return done || !passes(done.error()) ? done : Attempt<>();
  }

  Attempt<> look_for_partitions() {
    const bool is_due = !setup_.partition && now_ms() - looked_at_ms_ >= kLookAgainMs;
    return is_due ? read_all() : Attempt<>();
  }

  Attempt<> keep_in_group() {
    if (is_in_) {
      auto beaten = membership_->beat();
      if (!beaten) return Error{beaten.error()};
      is_in_ = *beaten;
    }
    if (!is_in_) return join();
    if (commits() && now_ms() - committed_at_ms_ >= setup_.commit_every_ms) commit();
    const int64_t look_ms = sizes_.empty() ? kLookAgainMs / 10 : kLookAgainMs;
    if (now_ms() - looked_at_ms_ < look_ms) return {};
    auto sizes = topic_sizes();
    if (!sizes) return Error{sizes.error()};
    return *sizes == sizes_ ? Attempt<>() : join();
  }

  // Only what was printed; what goes wrong goes right the next time, or is read twice.
  void commit() {
    committed_at_ms_ = now_ms();
    auto done = membership_->commit(printed_);
    if (!done) session_.console.error_line("WARN offsets were not committed: {}", done.error().message);
  }

  void stop() {
    if (!membership_) return;
    if (commits()) commit();
    membership_->leave();
  }

  Client& client_;
  Session& session_;
  const ConsumerSetup& setup_;
  const Options& options_;
  Fetcher fetcher_;
  RecordFormatter& formatter_;
  std::optional<Membership> membership_;
  std::map<TopicPartition, int64_t> printed_;  // behind what was printed of each; what is committed
  std::map<std::string, size_t> sizes_;        // of the topics at the last joining
  int64_t count_ = 0;
  int64_t came_at_ms_ = 0;  // the last record
  int64_t looked_at_ms_ = 0;
  int64_t committed_at_ms_ = 0;
  bool is_in_ = false;  // a member, with the partitions of its generation
  bool is_missing_said_ = false;
  bool has_unprintable_ = false;
};

}  // namespace

int run_console_consumer(Session& session, Words words) {
  const OptionTable table = table_for(session, console_consumer_options());
  Begun begun = begin_tool(session, table, words, kAbout, OnWrongWords::kUsage);
  if (!begun.options) return begun.status;
  const Options& options = *begun.options;
  auto setup = consumer_setup_of(options, session);
  if (!setup) return say_wrong(session, table, setup.error());
  const std::string name = *options.value("formatter");
  auto formatter = options.has("json") ? Attempt<std::unique_ptr<RecordFormatter>>(make_json_formatter())
                                       : make_record_formatter(name, setup->formatter, session.console);
  if (!formatter) return say_wrong(session, table, formatter.error());
  auto config = make_client_config(setup->consumer, session);
  if (!config) return say_wrong(session, table, config.error());
  config->call_timeout_ms =
      std::min(config->call_timeout_ms, std::max(setup->timeout_ms, kCallLeastMs));
  int pending = 0;
  bool has_unprintable = false;
  {
    const EndingSignals signals;
    Client client(*std::move(config), session);
    ConsoleConsumer consumer(client, *setup, options, **formatter);
    const auto done = consumer.run();
    has_unprintable = consumer.has_unprintable();
    if (!done && !has_unprintable) {
      session.console.error_line("ERROR Error processing message, terminating consumer process: {}",
                                 exception_text(done.error()));
    }
    session.console.error_line("Processed a total of {} messages", consumer.count());
    // As in Kafka, where this one is told by whoever has had the records read.
    if (has_unprintable) {
      session.console.error_line("ERROR Unknown error when running consumer: {}",
                                 exception_text(done.error()));
    }
    pending = EndingSignals::pending();
  }
  if (options.has("enable-systest-events")) session.console.line("shutdown_complete");
  session.console.flush();
  if (pending != 0) raise(pending);
  return has_unprintable ? 1 : 0;
}

}  // namespace klamm::cli
