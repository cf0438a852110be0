#include "broker/scrape/requests_section.h"

#include "broker/api.h"
#include "protocol/errors.h"

namespace klamm::broker::scrape {
namespace {

using metrics::HistogramSummary;
using metrics::RequestStats;

constexpr size_t kRowsOfStep = 8;
constexpr double kMsOfUs = 1e-3;

std::string name_of_row(size_t row) {
  if (row == RequestStats::kFetchConsumerRow) return "FetchConsumer";
  if (row == RequestStats::kFetchFollowerRow) return "FetchFollower";
  const Api* const api = find_api(static_cast<int16_t>(row));
  return api == nullptr ? std::to_string(row) : std::string(api->name);
}

// In the order of Kept::Windows.
const metrics::Histogram& histogram(const RequestStats::Row& row, size_t index) {
  const metrics::Histogram* const all[] = {&row.total,         &row.local, &row.remote,  &row.response_queue,
                                           &row.response_send, &row.size,  &row.throttle};
  return *all[index];
}

// A family of times, which of them it tells, and in which unit.
struct Told {
  Family family;
  size_t time;
  double unit;
};
constexpr Told kSummaries[] = {
    {Family::kTotalTime, 0, kMsOfUs},         {Family::kLocalTime, 1, kMsOfUs},
    {Family::kRemoteTime, 2, kMsOfUs},        {Family::kResponseQueueTime, 3, kMsOfUs},
    {Family::kResponseSendTime, 4, kMsOfUs},  {Family::kRequestBytes, 5, 1},
    {Family::kThrottleTime, 6, 1},
};
constexpr Told kMeans[] = {
    {Family::kTotalTimeMean, 0, kMsOfUs},    {Family::kLocalTimeMean, 1, kMsOfUs},
    {Family::kRemoteTimeMean, 2, kMsOfUs},   {Family::kResponseSendTimeMean, 4, kMsOfUs},
    {Family::kRequestBytesMean, 5, 1},
};
constexpr Told kMaxima[] = {
    {Family::kTotalTimeMax, 0, kMsOfUs},    {Family::kLocalTimeMax, 1, kMsOfUs},
    {Family::kRemoteTimeMax, 2, kMsOfUs},   {Family::kResponseSendTimeMax, 4, kMsOfUs},
    {Family::kRequestBytesMax, 5, 1},
};

}  // namespace

Progress RequestsSection::write(Exposition& out) {
  for (size_t end = row_ + kRowsOfStep; row_ < RequestStats::kRows && row_ < end; ++row_) read(row_);
  if (row_ < RequestStats::kRows) return Progress::kMore;
  if (read_.empty()) return Progress::kDone;
  write_counts(out);
  write_times(out);
  return Progress::kDone;
}

void RequestsSection::read(size_t row) {
  std::array<metrics::HistogramCounts, Kept::kRequestTimes> counts;
  std::array<int64_t, RequestStats::kVersions> by_version{};
  std::array<int64_t, RequestStats::kErrors> by_error{};
  bool has_any = false;
  for (const RequestStats* loop : net_.requests) {
    const RequestStats::Row* const of_loop = loop->row(row);
    if (of_loop == nullptr) continue;
    has_any = true;
    for (size_t i = 0; i < by_version.size(); ++i) by_version[i] += of_loop->by_version[i].load();
    for (size_t i = 0; i < by_error.size(); ++i) by_error[i] += of_loop->by_error[i].load();
    for (size_t i = 0; i < counts.size(); ++i) counts[i].add(histogram(*of_loop, i));
  }
  if (!has_any) return;
  Read& made = read_.emplace_back();
  made.labels = metrics::Labels("request", name_of_row(row)).text();
  for (size_t i = 0; i < by_version.size(); ++i) {
    if (by_version[i] > 0) made.by_version.emplace_back(static_cast<int>(i), by_version[i]);
  }
  for (size_t i = 0; i < by_error.size(); ++i) {
    if (by_error[i] > 0) made.by_error.emplace_back(static_cast<int>(i) - 1, by_error[i]);
  }
  auto& windows = kept_.requests[row];
  if (windows == nullptr) windows = std::make_unique<Kept::Windows>();
  const int64_t now_ms = clock_.monotonic_ms();
  for (size_t i = 0; i < counts.size(); ++i) made.times[i] = (*windows)[i].read(counts[i], now_ms);
}

void RequestsSection::write_counts(Exposition& out) const {
  for (Family family : {Family::kRequests, Family::kRequestsPerSec}) {
    out.begin(family);
    for (const Read& one : read_) {
      for (const auto& [version, count] : one.by_version)
        out.add(one.labels + ",version=\"" + std::to_string(version) + "\"", count);
    }
  }
  out.begin(Family::kRequestErrors);
  for (const Read& one : read_) {
    for (const auto& [code, count] : one.by_error) {
      metrics::Labels error("error", protocol::name_of(static_cast<protocol::ErrorCode>(code)));
      out.add(one.labels + "," + error.text(), count);
    }
  }
}

void RequestsSection::write_times(Exposition& out) const {
  for (const Told& told : kSummaries) {
    out.begin(told.family);
    for (const Read& one : read_) {
      const HistogramSummary& summary = one.times[told.time];
      for (size_t i = 0; i < summary.quantiles.size(); ++i)
        out.add_quantile(one.labels, HistogramSummary::kQuantileNames[i], summary.quantiles[i] * told.unit);
      out.add_sum(one.labels, static_cast<double>(summary.sum) * told.unit);
      out.add_count(one.labels, summary.count);
    }
  }
  for (const Told& told : kMeans) {
    out.begin(told.family);
    for (const Read& one : read_) out.add(one.labels, one.times[told.time].mean * told.unit);
  }
  for (const Told& told : kMaxima) {
    out.begin(told.family);
    for (const Read& one : read_) out.add(one.labels, one.times[told.time].max * told.unit);
  }
  // Nothing waits before its handler.
  out.begin(Family::kRequestQueueTime);
  for (const Read& one : read_) {
    for (std::string_view quantile : HistogramSummary::kQuantileNames) out.add_quantile(one.labels, quantile, 0);
    out.add_sum(one.labels, 0);
    out.add_count(one.labels, one.times[0].count);
  }
}

}  // namespace klamm::broker::scrape
