#include "runtime/load/key_choice.hpp"

namespace acta::internal::load {

key_choice::key_choice(const key_law& law, std::uint64_t keys, std::uint64_t seed)
    : law_{law},
      keys_{keys},
      places_{keys, seed},
      ranks_{keys, std::holds_alternative<zipf_keys>(law) ? std::get<zipf_keys>(law).exponent : 1} {
}

std::uint64_t key_choice::next(random_numbers& chance) {
  if (std::holds_alternative<uniform_keys>(law_)) return chance.below(keys_);
  if (std::holds_alternative<sequential_keys>(law_)) return turn_++ % keys_;
  if (std::holds_alternative<zipf_keys>(law_)) return places_(ranks_.choose(chance) - 1);
  const auto& hot = std::get<hot_keys>(law_);
  return places_(chance.unit() < hot.share ? chance.below(hot.count)
                                           : hot.count + chance.below(keys_ - hot.count));
}

}  // namespace acta::internal::load
