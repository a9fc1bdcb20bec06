#include "runtime/schedule/bookshelf.hpp"

#include <utility>

namespace acta::internal {

namespace {

constexpr std::chrono::milliseconds ask_again_after{1'000};
constexpr std::size_t most_reads = 16;  // of options.event_pages, which others need too

error ending() { return {errc::shutting_down, "the node is shutting down"}; }

}  // namespace

void bookshelf::load(std::function<void(std::size_t, const books::book_view&)> each) {
  if (std::exchange(asked_, true)) return;
  if (!to_.may_have_books()) return;
  each_ = std::move(each);
  unread_ = book_count;
  for (std::size_t book = 0; book < book_count; ++book) load_book(book);
}

void bookshelf::when_loaded(job work) {
  is_loaded() || closed_ ? work() : waiting_.push_back(std::move(work));
}

void bookshelf::abandon() {
  for (auto& work : std::exchange(waiting_, {})) work();
}

void bookshelf::load_book(std::size_t book) {
  view(book, [this, book](const result<books::book_view>& seen) { loaded(book, seen); });
}

void bookshelf::loaded(std::size_t book, const result<books::book_view>& seen) {
  if (!seen && may_retry(seen.error().code)) {
    if (!closed_) on_.later(ask_again_after, [this, book] { load_book(book); });
    return;
  }
  if (seen) {
    each_(book, *seen);
  } else if (seen.error().code != errc::not_found) {
    unreadable_.emplace(book, seen.error());
    to_.tell({true, "schedules_unreadable",
              "no schedule of acta.schedule/" + std::to_string(book) +
                  " is due, since the book cannot be read: " + seen.error().detail});
  }
  if (--unread_ == 0) abandon();
}

void bookshelf::send(const request& what, bool again) {
  const auto heard = [this, what, again](const result<receipt>& answer) {
    if (answer) return what.told.applied(*answer);
    const auto& why = answer.error();
    if (!again) what.told.failed(why);
    const bool open = effect_of(why) == effect::unknown || (again && may_retry(why.code));
    if (!open) return what.told.refused();
    if (closed_) return;
    // The caller's span may be over by then.
    auto once_more = what;
    once_more.how.within.handed_back.reset();
    on_.later(ask_again_after, [this, once_more] { send(once_more, true); });
  };
  if (const auto bad = unreadable_.find(what.book); bad != unreadable_.end())
    return heard(bad->second);
  if (closed_) return heard(ending());
  auto how = what.how;
  if (again) how.within.handed_on = to_.time().now();
  const auto sent = to_.execute(to_.books(), std::to_string(what.book), what.index, what.command(),
                                std::move(how), on_.hears<receipt>(heard));
  if (!sent) heard(sent.error());
}

void bookshelf::next_read() {
  --reading_;
  if (reads_.empty()) return;
  on_.post(std::move(reads_.front()));
  reads_.pop_front();
}

void bookshelf::read(std::size_t book, version which,
                     std::function<void(const result<book_event>&)> told) {
  if (reading_ == most_reads)
    return reads_.push_back([this, book, which, told] { read(book, which, told); });
  ++reading_;
  const auto heard = [this, book, which, told](const result<recorded_event>& found) {
    next_read();
    if (!found && may_retry(found.error().code) && !closed_)
      return on_.later(ask_again_after, [this, book, which, told] { read(book, which, told); });
    if (!found) return told(found.error());
    if (closed_) return told(ending());
    book_event read;
    const auto decoded = to_.decode(to_.books(), *found, &read);
    told(decoded ? result<book_event>{std::move(read)} : result<book_event>{decoded.error()});
  };
  if (closed_) return heard(ending());
  const auto sent =
      to_.event(to_.books(), std::to_string(book), which, on_.hears<recorded_event>(heard));
  if (!sent) heard(sent.error());
}

void bookshelf::view(std::size_t book,
                     const std::function<void(const result<books::book_view>&)>& told) {
  if (closed_) return told(ending());
  call_options how;
  how.deadline = std::chrono::milliseconds::max();
  how.within = no_trace();
  const auto heard = [told](const result<any_view>& seen) {
    if (!seen) return told(seen.error());
    told(*static_cast<const books::book_view*>(seen->view->get()));
  };
  const auto sent = to_.query(to_.books(), std::to_string(book), how, on_.hears<any_view>(heard));
  if (!sent) heard(sent.error());
}

}  // namespace acta::internal
