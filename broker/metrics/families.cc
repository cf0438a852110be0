#include "broker/metrics/families.h"

#include <array>

#include "base/check.h"

namespace klamm::broker::metrics {
namespace {

struct Section {
  std::string_view title;
  Family first;
};

// clang-format off
constexpr Section kSections[] = {
    {"Topics", Family::kMessagesIn},
    {"Replicas", Family::kPartitionCount},
    {"Partitions", Family::kLogSize},
    {"Groups", Family::kConsumerGroupLag},
    {"Requests", Family::kRequests},
    {"Connections and loops", Family::kConnectionCount},
    {"Logs and disks", Family::kOfflineLogDirectories},
    {"Controller", Family::kActiveControllerCount},
    {"Metadata quorum", Family::kRaftState},
    {"Telemetry of clients (KIP-714)", Family::kClientMetricsInstances},
    {"Declared topics and users", Family::kDeclaredObjects},
    {"Node and process", Family::kBrokerState},
};

using enum Family;
using enum Kind;

constexpr FamilyInfo kFamilies[] = {
    {kMessagesIn, "kafka_server_brokertopicmetrics_messagesin_total", kCounter, "topic",
     "Records that producers brought."},
    {kBytesIn, "kafka_server_brokertopicmetrics_bytesin_total", kCounter, "topic",
     "Bytes of batches that producers brought, compressed as they came."},
    {kBytesOut, "kafka_server_brokertopicmetrics_bytesout_total", kCounter, "topic",
     "Bytes of batches that consumers were given."},
    {kBytesRejected, "kafka_server_brokertopicmetrics_bytesrejected_total", kCounter, "topic",
     "Bytes of batches that were larger than max.message.bytes."},
    {kTotalProduceRequests, "kafka_server_brokertopicmetrics_totalproducerequests_total", kCounter, "topic",
     "Partitions of Produce requests that exist and may be written to."},
    {kTotalFetchRequests, "kafka_server_brokertopicmetrics_totalfetchrequests_total", kCounter, "topic",
     "Partitions that were read for Fetch requests."},
    {kFailedProduceRequests,
     "kafka_server_brokertopicmetrics_failedproducerequests_total", kCounter, "topic",
     "Partitions of Produce requests that failed for a reason that Kafka does not expect."},
    {kFailedFetchRequests, "kafka_server_brokertopicmetrics_failedfetchrequests_total", kCounter, "topic",
     "Partitions of Fetch requests that failed for a reason that Kafka does not expect."},
    {kProduceMessageConversions,
     "kafka_server_brokertopicmetrics_producemessageconversions_total", kCounter, "topic",
     "Records of batches that were written anew for the topic's compression.type."},
    {kInvalidMessageCrc,
     "kafka_server_brokertopicmetrics_invalidmessagecrcrecords_total", kCounter, "topic",
     "Batches whose checksum was wrong."},
    {kInvalidOffsetOrSequence,
     "kafka_server_brokertopicmetrics_invalidoffsetorsequencerecords_total", kCounter, "topic",
     "Batches whose offsets contradict each other, or that have a producer and no sequence number."},
    {kReplicationBytesIn, "kafka_server_brokertopicmetrics_replicationbytesin_total", kCounter, "",
     "Bytes of batches that this node's followers have written."},
    {kReplicationBytesOut, "kafka_server_brokertopicmetrics_replicationbytesout_total", kCounter, "",
     "Bytes of batches that followers of this node were given."},
    {kMessagesInPerSec, "kafka_server_brokertopicmetrics_messagesinpersec_total", kCounter, "topic",
     "The same as messagesin_total, under the name that boards of the JMX exporter's default rules have."},
    {kBytesInPerSec, "kafka_server_brokertopicmetrics_bytesinpersec_total", kCounter, "topic",
     "The same as bytesin_total, under the name that boards of the JMX exporter's default rules have."},
    {kBytesOutPerSec, "kafka_server_brokertopicmetrics_bytesoutpersec_total", kCounter, "topic",
     "The same as bytesout_total, under the name that boards of the JMX exporter's default rules have."},
    {kMessagesInOneMinuteRate,
     "kafka_server_brokertopicmetrics_messagesinpersec_oneminuterate", kGauge, "topic",
     "Per second, as an exponentially weighted average."},
    {kMessagesInFiveMinuteRate,
     "kafka_server_brokertopicmetrics_messagesinpersec_fiveminuterate", kGauge, "",
     "Per second, as an exponentially weighted average."},
    {kMessagesInFifteenMinuteRate,
     "kafka_server_brokertopicmetrics_messagesinpersec_fifteenminuterate", kGauge, "",
     "Per second, as an exponentially weighted average."},
    {kBytesInOneMinuteRate, "kafka_server_brokertopicmetrics_bytesinpersec_oneminuterate", kGauge, "topic",
     "Per second, as an exponentially weighted average."},
    {kBytesInFiveMinuteRate, "kafka_server_brokertopicmetrics_bytesinpersec_fiveminuterate", kGauge, "",
     "Per second, as an exponentially weighted average."},
    {kBytesInFifteenMinuteRate,
     "kafka_server_brokertopicmetrics_bytesinpersec_fifteenminuterate", kGauge, "",
     "Per second, as an exponentially weighted average."},
    {kBytesOutOneMinuteRate,
     "kafka_server_brokertopicmetrics_bytesoutpersec_oneminuterate", kGauge, "topic",
     "Per second, as an exponentially weighted average."},
    {kBytesOutFiveMinuteRate, "kafka_server_brokertopicmetrics_bytesoutpersec_fiveminuterate", kGauge, "",
     "Per second, as an exponentially weighted average."},
    {kBytesOutFifteenMinuteRate,
     "kafka_server_brokertopicmetrics_bytesoutpersec_fifteenminuterate", kGauge, "",
     "Per second, as an exponentially weighted average."},
    {kPartitionCount, "kafka_server_replicamanager_partitioncount", kGauge, "",
     "Replicas that this node holds."},
    {kLeaderCount, "kafka_server_replicamanager_leadercount", kGauge, "",
     "Of them those that lead."},
    {kOfflineReplicaCount, "kafka_server_replicamanager_offlinereplicacount", kGauge, "",
     "Of them those that are damaged or whose disk has failed."},
    {kUnderReplicatedPartitions, "kafka_server_replicamanager_underreplicatedpartitions", kGauge, "",
     "Partitions led here that have fewer replicas in sync than replicas."},
    {kUnderMinIsrPartitionCount, "kafka_server_replicamanager_underminisrpartitioncount", kGauge, "",
     "Partitions led here that have fewer replicas in sync than min.insync.replicas."},
    {kAtMinIsrPartitionCount, "kafka_server_replicamanager_atminisrpartitioncount", kGauge, "",
     "Partitions led here that have just as many as min.insync.replicas."},
    {kReassigningPartitions, "kafka_server_replicamanager_reassigningpartitions", kGauge, "",
     "Partitions led here that are being moved."},
    {kIsrExpands, "kafka_server_replicamanager_isrexpands_total", kCounter, "",
     "In-sync replicas that came, to partitions led here."},
    {kIsrShrinks, "kafka_server_replicamanager_isrshrinks_total", kCounter, "",
     "In-sync replicas that went, from partitions led here."},
    {kFailedIsrUpdates, "kafka_server_replicamanager_failedisrupdates_total", kCounter, "",
     "Changes of in-sync replicas that the controller refused."},
    {kIsrExpandsPerSec, "kafka_server_replicamanager_isrexpandspersec", kCounter, "",
     "The same as isrexpands_total."},
    {kIsrShrinksPerSec, "kafka_server_replicamanager_isrshrinkspersec", kCounter, "",
     "The same as isrshrinks_total."},
    {kFailedIsrUpdatesPerSec, "kafka_server_replicamanager_failedisrupdatespersec", kCounter, "",
     "The same as failedisrupdates_total."},
    {kFetcherMaxLag, "kafka_server_replicafetchermanager_maxlag", kGauge, "clientid",
     "The largest lag of a replica that follows here."},
    {kPurgatorySize, "kafka_server_delayedoperationpurgatory_purgatorysize", kGauge, "delayedoperation",
     "Requests that wait: Produce for replicas, Fetch for records."},
    {kNumDelayedOperations,
     "kafka_server_delayedoperationpurgatory_numdelayedoperations", kGauge, "delayedoperation",
     "The same as purgatorysize."},
    {kFetchSessions, "kafka_server_fetchsessioncache_numincrementalfetchsessions", kGauge, "",
     "Incremental fetch sessions that are remembered."},
    {kLogSize, "kafka_log_log_size", kGauge, "topic, partition",
     "Bytes of the replica's segments."},
    {kLogSegments, "kafka_log_log_numlogsegments", kGauge, "topic, partition",
     "How many segments the replica has."},
    {kLogStartOffset, "kafka_log_log_logstartoffset", kGauge, "topic, partition",
     "Where the replica's log begins."},
    {kLogEndOffset, "kafka_log_log_logendoffset", kGauge, "topic, partition",
     "Where the replica's log ends."},
    {kPartitionUnderReplicated, "kafka_cluster_partition_underreplicated", kGauge, "topic, partition",
     "1 where it is led here and has fewer replicas in sync than replicas."},
    {kPartitionUnderMinIsr, "kafka_cluster_partition_underminisr", kGauge, "topic, partition",
     "1 where it is led here and has fewer replicas in sync than min.insync.replicas."},
    {kPartitionAtMinIsr, "kafka_cluster_partition_atminisr", kGauge, "topic, partition",
     "1 where it is led here and has just as many as min.insync.replicas."},
    {kPartitionInSync, "kafka_cluster_partition_insyncreplicascount", kGauge, "topic, partition",
     "Replicas in sync, where it is led here, else 0."},
    {kPartitionReplicas, "kafka_cluster_partition_replicascount", kGauge, "topic, partition",
     "Replicas, where it is led here, else 0."},
    {kPartitionLastStableLag, "kafka_cluster_partition_laststableoffsetlag", kGauge, "topic, partition",
     "How far the last stable offset is behind the high watermark."},
    {kFetcherLag, "kafka_server_fetcherlagmetrics_consumerlag", kGauge, "clientid, topic, partition",
     "How many records a replica that follows here lacks."},
    {kTopicCurrentOffset, "kafka_topic_partition_current_offset", kGauge, "topic, partition",
     "The high watermark, told by the leader alone, as the Kafka exporter has it."},
    {kTopicOldestOffset, "kafka_topic_partition_oldest_offset", kGauge, "topic, partition",
     "Where the log begins, told by the leader alone."},
    {kConsumerGroupLag, "kafka_consumergroup_lag", kGauge, "consumergroup, topic, partition",
     "Records behind what the group has committed; told by the group's coordinator alone."},
    {kConsumerGroupOffset, "kafka_consumergroup_current_offset", kGauge, "consumergroup, topic, partition",
     "What the group has committed; told by its coordinator alone."},
    {kConsumerGroupMembers, "kafka_consumergroup_members", kGauge, "consumergroup",
     "Members of the group; told by its coordinator alone."},
    {kGroupCount, "kafka_server_group_coordinator_metrics_group_count", kGauge, "protocol, state",
     "Groups that this node coordinates, of each protocol, and of each state."},
    {kNumGroups, "kafka_coordinator_group_groupmetadatamanager_numgroups", kGauge, "",
     "Groups that this node coordinates."},
    {kNumOffsets, "kafka_coordinator_group_groupmetadatamanager_numoffsets", kGauge, "",
     "Offsets that they have committed."},
    {kNumGroupsPreparingRebalance,
     "kafka_coordinator_group_groupmetadatamanager_numgroupspreparingrebalance", kGauge, "",
     "Groups whose members join."},
    {kNumGroupsCompletingRebalance,
     "kafka_coordinator_group_groupmetadatamanager_numgroupscompletingrebalance", kGauge, "",
     "Groups whose members wait for their leader's assignment."},
    {kNumGroupsStable, "kafka_coordinator_group_groupmetadatamanager_numgroupsstable", kGauge, "",
     "Groups that are at work."},
    {kNumGroupsEmpty, "kafka_coordinator_group_groupmetadatamanager_numgroupsempty", kGauge, "",
     "Groups without members."},
    {kNumGroupsDead, "kafka_coordinator_group_groupmetadatamanager_numgroupsdead", kGauge, "",
     "Groups that are being removed."},
    {kRequests, "kafka_network_requestmetrics_requests_total", kCounter, "request, version",
     "Requests that were answered."},
    {kRequestsPerSec, "kafka_network_requestmetrics_requestspersec", kCounter, "request, version",
     "The same as requests_total."},
    {kRequestErrors, "kafka_network_requestmetrics_errors_total", kCounter, "request, error",
     "Error codes that answers have told, NONE among them."},
    {kTotalTime, "kafka_network_requestmetrics_totaltimems", kSummary, "request, quantile",
     "From the whole request to the sent answer. Quantiles are of the last five to ten minutes."},
    {kTotalTimeMean, "kafka_network_requestmetrics_totaltimems_mean", kGauge, "request",
     "The mean of the last five to ten minutes."},
    {kTotalTimeMax, "kafka_network_requestmetrics_totaltimems_max", kGauge, "request",
     "The most in the last five to ten minutes, up to a sixteenth too large."},
    {kRequestQueueTime, "kafka_network_requestmetrics_requestqueuetimems", kSummary, "request, quantile",
     "Always 0: a request runs where it arrives."},
    {kLocalTime, "kafka_network_requestmetrics_localtimems", kSummary, "request, quantile",
     "In the request's handler. Quantiles are of the last five to ten minutes."},
    {kLocalTimeMean, "kafka_network_requestmetrics_localtimems_mean", kGauge, "request",
     "The mean of the last five to ten minutes."},
    {kLocalTimeMax, "kafka_network_requestmetrics_localtimems_max", kGauge, "request",
     "The most in the last five to ten minutes, up to a sixteenth too large."},
    {kRemoteTime, "kafka_network_requestmetrics_remotetimems", kSummary, "request, quantile",
     "Behind it, until there was an answer: for replicas, records, a disk or another node. Quantiles "
     "are of the last five to ten minutes."},
    {kRemoteTimeMean, "kafka_network_requestmetrics_remotetimems_mean", kGauge, "request",
     "The mean of the last five to ten minutes."},
    {kRemoteTimeMax, "kafka_network_requestmetrics_remotetimems_max", kGauge, "request",
     "The most in the last five to ten minutes, up to a sixteenth too large."},
    {kResponseQueueTime, "kafka_network_requestmetrics_responsequeuetimems", kSummary, "request, quantile",
     "Until the connection's requests before it were answered. Quantiles are of the last five to ten "
     "minutes."},
    {kResponseSendTime, "kafka_network_requestmetrics_responsesendtimems", kSummary, "request, quantile",
     "Until the socket had taken the answer. Quantiles are of the last five to ten minutes."},
    {kResponseSendTimeMean, "kafka_network_requestmetrics_responsesendtimems_mean", kGauge, "request",
     "The mean of the last five to ten minutes."},
    {kResponseSendTimeMax, "kafka_network_requestmetrics_responsesendtimems_max", kGauge, "request",
     "The most in the last five to ten minutes, up to a sixteenth too large."},
    {kThrottleTime, "kafka_network_requestmetrics_throttletimems", kSummary, "request, quantile",
     "For how long its client was held back by a quota. Quantiles are of the last five to ten minutes."},
    {kRequestBytes, "kafka_network_requestmetrics_requestbytes", kSummary, "request, quantile",
     "Bytes of the request. Quantiles are of the last five to ten minutes."},
    {kRequestBytesMean, "kafka_network_requestmetrics_requestbytes_mean", kGauge, "request",
     "The mean of the last five to ten minutes."},
    {kRequestBytesMax, "kafka_network_requestmetrics_requestbytes_max", kGauge, "request",
     "The most in the last five to ten minutes, up to a sixteenth too large."},
    {kConnectionCount,
     "kafka_server_socket_server_metrics_connection_count", kGauge, "listener, networkProcessor",
     "Connections that are open."},
    {kConnectionCreationRate,
     "kafka_server_socket_server_metrics_connection_creation_rate", kGauge, "listener, networkProcessor",
     "Connections that came, per second, averaged over a minute."},
    {kConnectionCreationTotal,
     "kafka_server_socket_server_metrics_connection_creation_total", kCounter, "listener, networkProcessor",
     "Connections that came."},
    {kConnectionCloseTotal,
     "kafka_server_socket_server_metrics_connection_close_total", kCounter, "listener, networkProcessor",
     "Connections that have closed."},
    {kIncomingByteTotal,
     "kafka_server_socket_server_metrics_incoming_byte_total", kCounter, "listener, networkProcessor",
     "Bytes that were read, behind TLS."},
    {kOutgoingByteTotal,
     "kafka_server_socket_server_metrics_outgoing_byte_total", kCounter, "listener, networkProcessor",
     "Bytes that were sent, before TLS."},
    {kSocketRequestTotal,
     "kafka_server_socket_server_metrics_request_total", kCounter, "listener, networkProcessor",
     "Requests that were begun."},
    {kAuthenticationTotal,
     "kafka_server_socket_server_metrics_successful_authentication_total", kCounter,
     "listener, networkProcessor",
     "Logins by SASL, and TLS handshakes, that went well."},
    {kFailedAuthenticationTotal,
     "kafka_server_socket_server_metrics_failed_authentication_total", kCounter,
     "listener, networkProcessor",
     "Those that did not."},
    {kExpiredConnectionsTotal,
     "kafka_server_socket_server_metrics_expired_connections_killed_count", kCounter,
     "listener, networkProcessor",
     "Connections that were closed for want of another login."},
    {kConnectionsSoftware,
     "kafka_server_socketservermetrics_connections_software", kGauge,
     "listener, clientSoftwareName, clientSoftwareVersion",
     "Connections by what their clients say they are; the rest of many is called other."},
    {kHandlerIdle, "kafka_server_kafkarequesthandlerpool_requesthandleravgidle_percent", kGauge, "",
     "The idle share of the network loops, 0 to 1, since it was last asked for."},
    {kHandlerIdlePercent, "kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent", kGauge, "",
     "The same."},
    {kNetworkIdle, "kafka_network_socketserver_networkprocessoravgidle_percent", kGauge, "",
     "The same: handlers run on the network loops."},
    {kProcessorIdle, "kafka_network_processor_idle_percent", kGauge, "networkprocessor",
     "The same of each loop."},
    {kOfflineLogDirectories, "kafka_log_logmanager_offlinelogdirectorycount", kGauge, "",
     "Log directories that have failed. A node ends with its last one, so that this is 0."},
    {kLogDirectoryOffline, "kafka_log_logmanager_logdirectoryoffline", kGauge, "logdirectory",
     "1 for one that has failed."},
    {kLogDirectorySpace, "klamm_log_directory_usable_bytes", kGauge, "logdirectory",
     "Room that is left on the directory's file system."},
    {kLogDirectorySize, "klamm_log_directory_total_bytes", kGauge, "logdirectory",
     "The size of that file system."},
    {kRemainingLogs, "kafka_log_logmanager_remaininglogstorecover", kGauge, "",
     "Logs that a start has yet to load."},
    {kLogFlush, "kafka_log_logflushstats_logflushrateandtimems", kSummary, "quantile",
     "Syncs of partitions' logs, in milliseconds, of the last five to ten minutes."},
    {kLogFlushOneMinuteRate, "kafka_log_logflushstats_oneminuterate", kGauge, "",
     "Such syncs per second."},
    {kLogFlushMean, "kafka_log_logflushstats_mean", kGauge, "",
     "The mean of their times, in milliseconds, of the last five to ten minutes."},
    {kMetadataSync, "klamm_metadata_log_sync_ms", kSummary, "quantile",
     "Syncs of the metadata log, in milliseconds, of the last five to ten minutes."},
    {kDiskReadBytes, "kafka_server_kafkaserver_linux_disk_read_bytes", kGauge, "",
     "Bytes that this process had the kernel read from disks."},
    {kDiskWriteBytes, "kafka_server_kafkaserver_linux_disk_write_bytes", kGauge, "",
     "Bytes that this process had the kernel write to disks."},
    {kActiveControllerCount, "kafka_controller_kafkacontroller_activecontrollercount", kGauge, "",
     "1 where this node is the active controller."},
    {kOfflinePartitionsCount, "kafka_controller_kafkacontroller_offlinepartitionscount", kGauge, "",
     "Partitions of the cluster without a leader; of controllers."},
    {kGlobalTopicCount, "kafka_controller_kafkacontroller_globaltopiccount", kGauge, "",
     "Topics of the cluster; of controllers."},
    {kGlobalPartitionCount, "kafka_controller_kafkacontroller_globalpartitioncount", kGauge, "",
     "Partitions of the cluster; of controllers."},
    {kPreferredReplicaImbalance,
     "kafka_controller_kafkacontroller_preferredreplicaimbalancecount", kGauge, "",
     "Partitions that another than their first replica leads; of controllers."},
    {kFencedBrokerCount, "kafka_controller_kafkacontroller_fencedbrokercount", kGauge, "",
     "Registered brokers that are fenced; of controllers."},
    {kActiveBrokerCount, "kafka_controller_kafkacontroller_activebrokercount", kGauge, "",
     "Registered brokers that are not fenced; of controllers."},
    {kControlledShutdownBrokerCount,
     "kafka_controller_kafkacontroller_controlledshutdownbrokercount", kGauge, "",
     "Brokers that are about to stop; of controllers."},
    {kLastAppliedRecordOffset, "kafka_controller_kafkacontroller_lastappliedrecordoffset", kGauge, "",
     "The last record of the metadata log that this node acts on; of controllers."},
    {kLastAppliedRecordTimestamp, "kafka_controller_kafkacontroller_lastappliedrecordtimestamp", kGauge, "",
     "When it was written, in milliseconds since 1970; of controllers."},
    {kLastAppliedRecordLagMs, "kafka_controller_kafkacontroller_lastappliedrecordlagms", kGauge, "",
     "How long ago that is; of controllers."},
    {kLastCommittedRecordOffset, "kafka_controller_kafkacontroller_lastcommittedrecordoffset", kGauge, "",
     "The last committed record of the metadata log, as far as this node knows; of controllers."},
    {kNewActiveControllers, "kafka_controller_kafkacontroller_newactivecontrollerscount", kCounter, "",
     "Leaders of the metadata quorum that this node has heard of."},
    {kLeaderElections, "kafka_controller_kafkacontroller_leaderelectionrateandtimems_total", kCounter, "",
     "Partitions that this node, as the active controller, gave another leader."},
    {kUncleanLeaderElections, "kafka_controller_controllerstats_uncleanleaderelections_total", kCounter, "",
     "Of them those whose new leader was neither in sync nor eligible."},
    {kUncleanLeaderElectionsPerSec,
     "kafka_controller_controllerstats_uncleanleaderelectionspersec_total", kCounter, "",
     "The same."},
    {kEligibleLeaderElections,
     "kafka_controller_controllerstats_electionfromeligibleleaderreplicas_total", kCounter, "",
     "Of them those of eligible leader replicas (KIP-966)."},
    {kRaftState, "kafka_server_raftmetrics_current_state", kGauge, "current_state",
     "1, with the role as label: leader, follower, candidate, prospective, unattached, these two with "
     "-voted, or observer."},
    {kRaftLeader, "kafka_server_raftmetrics_current_leader", kGauge, "",
     "Who leads the quorum; -1 where nobody is known."},
    {kRaftVote, "kafka_server_raftmetrics_current_vote", kGauge, "",
     "For whom this node has voted in the epoch; -1 for nobody."},
    {kRaftEpoch, "kafka_server_raftmetrics_current_epoch", kGauge, "",
     "The quorum's epoch."},
    {kRaftHighWatermark, "kafka_server_raftmetrics_high_watermark", kGauge, "",
     "Where the committed metadata log ends."},
    {kRaftEndOffset, "kafka_server_raftmetrics_log_end_offset", kGauge, "",
     "Where this node's metadata log ends."},
    {kRaftEndEpoch, "kafka_server_raftmetrics_log_end_epoch", kGauge, "",
     "The epoch of its last record."},
    {kRaftVoters, "kafka_server_raftmetrics_number_of_voters", kGauge, "",
     "Voters of the quorum."},
    {kRaftObservers, "kafka_server_raftmetrics_number_of_observers", kGauge, "",
     "Observers that the leader hears of; 0 elsewhere."},
    {kRaftCommitAvg, "kafka_server_raftmetrics_commit_latency_avg", kGauge, "",
     "Milliseconds from an append of the leader's to its commit, on average over the last minute."},
    {kRaftCommitMax, "kafka_server_raftmetrics_commit_latency_max", kGauge, "",
     "The most of them."},
    {kRaftElectionAvg, "kafka_server_raftmetrics_election_latency_avg", kGauge, "",
     "Milliseconds without a known leader until there was one, on average over the last minute."},
    {kRaftElectionMax, "kafka_server_raftmetrics_election_latency_max", kGauge, "",
     "The most of them."},
    {kRaftAppendRate, "kafka_server_raftmetrics_append_records_rate", kGauge, "",
     "Records that the leader has appended, per second, averaged over a minute."},
    {kRaftFetchRate, "kafka_server_raftmetrics_fetch_records_rate", kGauge, "",
     "Records that this node has fetched from the leader, per second, averaged over a minute."},
    {kRaftIdle, "kafka_server_raftmetrics_poll_idle_ratio_avg", kGauge, "",
     "The idle share of the quorum loop, 0 to 1, since it was last asked for."},
    {kRaftRequests, "kafka_server_raftchannelmetrics_request_total", kCounter, "",
     "Requests to other replicas of the quorum."},
    {kRaftResponses, "kafka_server_raftchannelmetrics_response_total", kCounter, "",
     "Their answers."},
    {kRaftBytesIn, "kafka_server_raftchannelmetrics_incoming_byte_total", kCounter, "",
     "Bytes of these answers."},
    {kRaftBytesOut, "kafka_server_raftchannelmetrics_outgoing_byte_total", kCounter, "",
     "Bytes of these requests."},
    {kMetadataOffset, "kafka_server_brokermetadatametrics_last_applied_record_offset", kGauge, "",
     "The last record of the metadata log that this node acts on."},
    {kMetadataTimestamp, "kafka_server_brokermetadatametrics_last_applied_record_timestamp", kGauge, "",
     "When it was written, in milliseconds since 1970."},
    {kMetadataLag, "kafka_server_brokermetadatametrics_last_applied_record_lag_ms", kGauge, "",
     "How long ago that is."},
    {kMetadataLoadErrors, "kafka_server_brokermetadatametrics_metadata_load_error_count", kGauge, "",
     "Always 0: a node that cannot read its metadata ends."},
    {kMetadataApplyErrors, "kafka_server_brokermetadatametrics_metadata_apply_error_count", kGauge, "",
     "Likewise."},
    {kMetadataVersion, "kafka_server_metadataloader_currentmetadataversion", kGauge, "",
     "The level of the cluster's metadata.version."},
    {kMetadataController, "kafka_server_metadataloader_currentcontrollerid", kGauge, "",
     "The active controller, as this node knows it; -1 for none."},
    {kClientMetricsInstances, "kafka_server_client_metrics_instance_count", kGauge, "",
     "Clients whose subscriptions are remembered."},
    {kClientMetricsUnknown, "kafka_server_client_metrics_unknown_subscription_request_count", kCounter, "",
     "Pushes for a subscription that has changed."},
    {kClientMetricsThrottles, "kafka_server_client_metrics_throttle_count", kCounter, "",
     "Requests that came too soon."},
    {kClientMetricsExports, "kafka_server_client_metrics_plugin_export_count", kCounter, "",
     "Pushes that were taken."},
    {kClientMetricsErrors, "kafka_server_client_metrics_plugin_error_count", kCounter, "",
     "Pushes that could not be read."},
    {kClientMetricsDropped, "klamm_client_metrics_dropped", kCounter, "",
     "Values that were left out: too many clients, too many of one client, or of a kind that is not "
     "exported."},
    {kDeclaredObjects, "klamm_declared_objects", kGauge, "kind, state",
     "Manifests, by what has become of what they declare: Equal, Pending, Drifted, Impossible, Failed or "
     "Invalid; of the active controller."},
    {kDeclaredUnreadable, "klamm_declared_unreadable", kGauge, "",
     "1 where the directory of manifests cannot be read; of the active controller."},
    {kDeclaredChanges, "klamm_declared_changes_total", kCounter, "",
     "Changes that were made since this node is the active controller."},
    {kBrokerState, "kafka_server_kafkaserver_brokerstate", kGauge, "",
     "1 starting, 2 recovering, 3 running, 6 about to stop, 7 stopping; of brokers."},
    {kStartTime, "kafka_server_app_info_start_time_ms", kGauge, "id",
     "When this node started, in milliseconds since 1970."},
    {kBuildInfo, "klamm_build_info", kGauge, "version, kafka",
     "1: what this binary is, and which release of Apache Kafka it stands for."},
    {kNodeInfo, "klamm_node_info", kGauge, "node, cluster, roles",
     "1: who this node is."},
    {kUptime, "klamm_uptime_seconds", kGauge, "",
     "How long it has run."},
    {kStartLogs, "klamm_start_logs", kGauge, "",
     "Logs that this start found."},
    {kStartLogsLoaded, "klamm_start_logs_loaded", kGauge, "",
     "Of them those that are loaded."},
    {kHeapUsed, "jvm_memory_heap_used", kGauge, "",
     "Bytes that requests hold of the memory budget, under the name that boards ask for; there is no "
     "heap."},
    {kHeapMax, "jvm_memory_heap_max", kGauge, "",
     "That budget."},
    {kJvmMemoryUsed, "jvm_memory_used_bytes", kGauge, "area",
     "The same as heap; resident memory of the process as nonheap."},
    {kJvmMemoryMax, "jvm_memory_max_bytes", kGauge, "area",
     "The same as heap."},
    {kMemoryPartUsed, "klamm_memory_used_bytes", kGauge, "part",
     "Bytes that requests hold of each part of the memory budget."},
    {kMemoryPartMax, "klamm_memory_max_bytes", kGauge, "part",
     "The limit of each part."},
    {kGcTime, "jvm_gc_collection_time_ms", kGauge, "gc",
     "Always 0: nothing is collected."},
    {kGcSeconds, "jvm_gc_collection_seconds", kSummary, "gc",
     "Always 0."},
    {kJvmThreads, "jvm_threads_current", kGauge, "",
     "Threads of the process."},
    {kOpenFds, "process_open_fds", kGauge, "",
     "Descriptors that are open."},
    {kMaxFds, "process_max_fds", kGauge, "",
     "How many may be."},
    {kCpuSeconds, "process_cpu_seconds_total", kCounter, "",
     "Processor time of the process."},
    {kResidentMemory, "process_resident_memory_bytes", kGauge, "",
     "Resident memory of the process."},
    {kVirtualMemory, "process_virtual_memory_bytes", kGauge, "",
     "Address space of the process."},
    {kProcessStart, "process_start_time_seconds", kGauge, "",
     "When the process started, in seconds since 1970."},
    {kScrapeSeconds, "klamm_scrape_seconds", kGauge, "",
     "How long the scrape before this one took."},
};
// clang-format on

constexpr bool is_in_order() {
  for (size_t i = 0; i < std::size(kFamilies); ++i) {
    if (static_cast<size_t>(kFamilies[i].family) != i) return false;
  }
  return std::size(kFamilies) == static_cast<size_t>(Family::kCount);
}
static_assert(is_in_order());

constexpr std::string_view kIntroduction =
    "# Metrics and health\n"
    "\n"
    "Written by the tests (`KLAMM_WRITE_DOCS=1`) from the table in `broker/metrics`; not to be edited.\n"
    "\n"
    "A node answers HTTP at `klamm.admin.listener`, by default 127.0.0.1:9404. To be scraped from "
    "elsewhere it is set to `0.0.0.0:9404`, which shows the names of topics and groups to whoever "
    "reaches it: there is no login and no TLS. An empty value turns it off; several addresses may be "
    "given, joined by commas.\n"
    "\n"
    "| path | what it says |\n"
    "|---|---|\n"
    "| `/metrics` | all of the below, in the Prometheus text format 0.0.4, or in OpenMetrics 1.0.0 "
    "where `Accept` prefers it; compressed where `Accept-Encoding` has gzip |\n"
    "| `/livez` | 200 while every loop turns; 503 names those that have not for ten seconds |\n"
    "| `/readyz` | 200 when the node serves: its logs are loaded, it is registered, caught up with the "
    "metadata, and not fenced; 503 says what is missing; `?verbose` gives all of it as JSON |\n"
    "| `/startupz` | 200 when the node has started; until then 503 with how many of its logs are "
    "loaded |\n"
    "| `/declared` | what has become of declared topics and users, as JSON; 404 where this node is not "
    "the active controller, or nothing is declared |\n"
    "| `/v1/ready`, `/v1/broker-state` | what Strimzi's agent answers |\n"
    "\n"
    "The names are those that boards and alerts for Apache Kafka use with the JMX exporter's rules, "
    "Strimzi's and others'; where these differ, a value is there under both. `klamm_` begins what "
    "Kafka does not have. A counter without `_total` in its name is of type *unknown* in OpenMetrics.\n"
    "\n"
    "Families with a label `topic` count each topic of which this node holds a replica, and have one "
    "more series without the label for all topics together. Those of partitions can be left out with "
    "`klamm.metrics.per.partition=false`. Labels are cut after 512 bytes, and what is not UTF-8 in "
    "them is replaced.\n";

constexpr std::string_view kConclusion =
    "\n"
    "## What clients push\n"
    "\n"
    "Values that clients push (KIP-714) follow as gauges. The name is `kafka_client_` and the metric's "
    "own without `org.apache.kafka.`, with `_` for what is neither a letter nor a digit; sums that "
    "come as differences are added up. The labels are `client_instance_id`, `client_id`, "
    "`client_software_name`, `client_software_version`, and those of the metric. Of 1,000 clients at "
    "most, 400 values of each, and 16 MiB of names and labels together; a client's are gone with it, "
    "or when it has pushed nothing for three intervals. Histograms are not shown.\n"
    "\n"
    "## What Kafka has besides\n"
    "\n"
    "There is nothing to tell, and so no name, of compaction (`LogCleaner`), transactions, share "
    "groups, streams groups, tiered storage, delegation tokens, the quotas of single clients, moves "
    "between log directories, the threads and queues of a JVM broker (`RequestChannel`, `MemoryPool`, "
    "`EventQueue`, `DeadThreadCount`), and of the offsets that groups expire. Not told yet are how often "
    "groups rebalance and commit, how long coordinators load, what each fetcher brings (`FetcherStats`), "
    "bytes of partitions that are being moved, records without a key for compacted topics, evicted fetch "
    "sessions, deprecated requests, ciphers of TLS connections, snapshots of the metadata log, and the "
    "state of each broker as the controller has it.\n";

std::string row(const FamilyInfo& info) {
  std::string text = "| `";
  text += info.name;
  text += "` | ";
  text += name_of(info.kind);
  text += " | ";
  text += info.labels;
  text += " | ";
  text += info.help;
  text += " |\n";
  return text;
}

}  // namespace

std::string_view name_of(Kind kind) {
  constexpr std::array<std::string_view, 3> kNames = {"counter", "gauge", "summary"};
  return kNames[static_cast<size_t>(kind)];
}

std::span<const FamilyInfo> families() { return kFamilies; }

const FamilyInfo& info_of(Family family) {
  CHECK(family < Family::kCount);
  return kFamilies[static_cast<size_t>(family)];
}

std::string metrics_page() {
  std::string text(kIntroduction);
  for (const FamilyInfo& info : kFamilies) {
    for (const Section& section : kSections) {
      if (section.first != info.family) continue;
      text += "\n## ";
      text += section.title;
      text += "\n\n| name | type | labels | meaning |\n|---|---|---|---|\n";
    }
    text += row(info);
  }
  text += kConclusion;
  return text;
}

}  // namespace klamm::broker::metrics
