// What a leader says in the log of its in-sync replicas, with the beginnings that operators look for in
// Kafka's. Who writes a line names the partition.
#pragma once

#include <string>

#include "broker/replica/leader_term.h"

namespace klamm::broker {

// Of a proposal of tick(), before anything else happens to the term: who leaves, and where they are.
std::string shrinking_line(const LeaderTerm& term, const IsrProposal& proposal, int64_t now_ms);

// Behind the term's on_answer(), which has given `moves`. Empty where the answer has changed nothing.
std::string answer_line(const LeaderTerm& term, const IsrProposal& proposal,
                        const Outcome<CommittedIsr>& answer, const Moves& moves);

}  // namespace klamm::broker
