// Planted bugs of readers of what others write, each switched on by -DKLAMM_MUTANT=<name> to see whether the
// fuzz target that is for it finds it (tests/fuzz/planted.md). In a normal build all of them are false and
// leave no code behind.
#pragma once

namespace klamm::mutant {

#ifdef KLAMM_MUTANT_TELEMETRY_UNPACKED_WITHOUT_END
inline constexpr bool kTelemetryUnpackedWithoutEnd = true;
#else
inline constexpr bool kTelemetryUnpackedWithoutEnd = false;
#endif

#ifdef KLAMM_MUTANT_LABEL_AS_IT_CAME
inline constexpr bool kLabelAsItCame = true;
#else
inline constexpr bool kLabelAsItCame = false;
#endif

#ifdef KLAMM_MUTANT_ALIASES_NOT_COUNTED
inline constexpr bool kAliasesNotCounted = true;
#else
inline constexpr bool kAliasesNotCounted = false;
#endif

#ifdef KLAMM_MUTANT_LINE_BREAK_AS_IT_IS
inline constexpr bool kLineBreakAsItIs = true;
#else
inline constexpr bool kLineBreakAsItIs = false;
#endif

#ifdef KLAMM_MUTANT_INDEX_POSITION_BELIEVED
inline constexpr bool kIndexPositionBelieved = true;
#else
inline constexpr bool kIndexPositionBelieved = false;
#endif

#ifdef KLAMM_MUTANT_ANY_ANSWER_TAKEN
inline constexpr bool kAnyAnswerTaken = true;
#else
inline constexpr bool kAnyAnswerTaken = false;
#endif

}  // namespace klamm::mutant
