#include "broker/scrape/topics_section.h"

#include <iterator>

namespace klamm::broker::scrape {
namespace {

using metrics::TopicCounter;
using metrics::TopicStats;

constexpr size_t kTopicsOfStep = 1'000;
constexpr size_t kTopicsBetweenLooks = 128;

enum class Rate { kNone, kOne, kFive, kFifteen };

// The place of a counter among the rates of all topics; only three have any.
size_t rate_index(TopicCounter counter) {
  return counter == TopicCounter::kMessagesIn ? 0 : counter == TopicCounter::kBytesIn ? 1 : 2;
}

double rate_of(const metrics::Meter& meter, Rate rate) {
  return rate == Rate::kOne    ? meter.one_minute()
         : rate == Rate::kFive ? meter.five_minutes()
                               : meter.fifteen_minutes();
}

const metrics::Meter& meter_of(TopicStats& topic, TopicCounter counter) {
  TopicStats::Rates& rates = topic.rates();
  const metrics::Meter* const meters[] = {&rates.messages_in, &rates.bytes_in, &rates.bytes_out};
  return *meters[rate_index(counter)];
}

}  // namespace

struct TopicsSection::Told {
  Family family;
  TopicCounter counter;
  Rate rate = Rate::kNone;
  bool of_each = true;  // of each topic, too
};

const std::vector<TopicsSection::Told>& TopicsSection::told() {
  using enum TopicCounter;
  static const std::vector<Told> kTold = {
      {Family::kMessagesIn, kMessagesIn},
      {Family::kBytesIn, kBytesIn},
      {Family::kBytesOut, kBytesOut},
      {Family::kBytesRejected, kBytesRejected},
      {Family::kTotalProduceRequests, kTotalProduceRequests},
      {Family::kTotalFetchRequests, kTotalFetchRequests},
      {Family::kFailedProduceRequests, kFailedProduceRequests},
      {Family::kFailedFetchRequests, kFailedFetchRequests},
      {Family::kProduceMessageConversions, kProduceMessageConversions},
      {Family::kInvalidMessageCrc, kInvalidMessageCrc},
      {Family::kInvalidOffsetOrSequence, kInvalidOffsetOrSequence},
      {Family::kReplicationBytesIn, kReplicationBytesIn, Rate::kNone, false},
      {Family::kReplicationBytesOut, kReplicationBytesOut, Rate::kNone, false},
      {Family::kMessagesInPerSec, kMessagesIn},
      {Family::kBytesInPerSec, kBytesIn},
      {Family::kBytesOutPerSec, kBytesOut},
      {Family::kMessagesInOneMinuteRate, kMessagesIn, Rate::kOne},
      {Family::kMessagesInFiveMinuteRate, kMessagesIn, Rate::kFive, false},
      {Family::kMessagesInFifteenMinuteRate, kMessagesIn, Rate::kFifteen, false},
      {Family::kBytesInOneMinuteRate, kBytesIn, Rate::kOne},
      {Family::kBytesInFiveMinuteRate, kBytesIn, Rate::kFive, false},
      {Family::kBytesInFifteenMinuteRate, kBytesIn, Rate::kFifteen, false},
      {Family::kBytesOutOneMinuteRate, kBytesOut, Rate::kOne},
      {Family::kBytesOutFiveMinuteRate, kBytesOut, Rate::kFive, false},
      {Family::kBytesOutFifteenMinuteRate, kBytesOut, Rate::kFifteen, false},
  };
  return kTold;
}

Progress TopicsSection::write(Exposition& out) {
  if (!is_gathered_) {
    is_gathered_ = gather();
    if (is_gathered_) read_rates();
    return Progress::kMore;
  }
  if (!has_begun_) begin_family(out);
  write_topics(out);
  return family_ < told().size() ? Progress::kMore : Progress::kDone;
}

// True when all have been gathered, with their rates.
bool TopicsSection::gather() {
  const std::string after = topics_.empty() ? std::string() : topics_.back()->topic();
  auto more = node_.stats.topics.some(after, kTopicsOfStep);
  const int64_t now_ms = node_.clock.monotonic_ms();
  for (const auto& topic : more) {
    TopicStats::Rates& rates = topic->rates();
    rates.messages_in.read(topic->load(TopicCounter::kMessagesIn), now_ms);
    rates.bytes_in.read(topic->load(TopicCounter::kBytesIn), now_ms);
    rates.bytes_out.read(topic->load(TopicCounter::kBytesOut), now_ms);
  }
  const bool is_last = more.size() < kTopicsOfStep;
  topics_.insert(topics_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return is_last;
}

void TopicsSection::read_rates() {
  const int64_t now_ms = node_.clock.monotonic_ms();
  for (TopicCounter counter : {TopicCounter::kMessagesIn, TopicCounter::kBytesIn, TopicCounter::kBytesOut})
    kept_.topic_rates[rate_index(counter)].read(node_.stats.topics.all().load(counter), now_ms);
}

// The family, and what it tells of all topics together.
void TopicsSection::begin_family(Exposition& out) {
  const Told& one = told()[family_];
  out.begin(one.family);
  if (one.rate == Rate::kNone) {
    out.add(node_.stats.topics.all().load(one.counter));
  } else {
    out.add(rate_of(kept_.topic_rates[rate_index(one.counter)], one.rate));
  }
  has_begun_ = true;
  at_ = one.of_each ? 0 : topics_.size();
}

void TopicsSection::write_topics(Exposition& out) {
  const Told& one = told()[family_];
  for (; at_ < topics_.size(); ++at_) {
    if (at_ != 0 && at_ % kTopicsBetweenLooks == 0 && out.size() >= kSliceBytes) return;
    TopicStats& topic = *topics_[at_];
    if (one.rate == Rate::kNone) {
      out.add(topic.labels(), topic.load(one.counter));
    } else {
      out.add(topic.labels(), rate_of(meter_of(topic, one.counter), one.rate));
    }
  }
  ++family_;
  has_begun_ = false;
}

}  // namespace klamm::broker::scrape
