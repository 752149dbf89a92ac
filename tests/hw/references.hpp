// What each memory must answer, in software: a map with a CAM's limit, the four ways and the stash, CPython's dict.
#ifndef REFERENCES_HPP
#define REFERENCES_HPP

#include "unit_model.hpp"

#include <array>
#include <unordered_map>
#include <vector>

struct Expected {
    Op op;
    uint64_t key, taken; // cycle
    bool hit, spilled, full, overflow, indexed;
    unsigned index, count, log2, probes;
    uint32_t value;
    std::vector<unsigned> slots; // probe_engine: visited, in order
};

// How often something happened that a test has to have seen.
struct Bins {
    unsigned operations = 0, hits = 0, misses = 0, appends = 0, overwrites = 0, spills = 0, overwrites_when_full = 0;
    unsigned clears = 0, deletions = 0, nothings = 0;
    unsigned hazards = 0, held = 0, back_to_back = 0;                                    // of cycles
    unsigned sweeps = 0, stash_hits = 0, stash_appends = 0;                              // memo_hash
    unsigned growths = 0, compactions = 0, tombstones_reused = 0, tombstones_passed = 0; // probe_engine
};

struct Entry {
    unsigned index;
    uint32_t value;
};

// What they share: clear, overwrite, spill; where a new key goes is the derived class's.
class Reference {
  public:
    explicit Reference(unsigned limit) : limit_(limit) {}
    virtual ~Reference() = default;
    Bins bins;

    virtual Expected run(Op op, uint64_t key, uint32_t value) {
        Expected e = {};
        e.op = op, e.key = key;
        bins.operations++;
        if (op == Op::Clear) clear();
        else if (op == Op::Lookup || op == Op::Insert) {
            auto found = entries_.find(key);
            if (found != entries_.end()) hit(&found->second, op, value, &e);
            else if (op == Op::Insert) append(key, value, &e);
            else bins.misses++;
        } else other(op, key, &e);
        e.count = static_cast<unsigned>(entries_.size());
        e.full = full();
        e.overflow = overflow_;
        return e;
    }

  protected:
    virtual bool place(uint64_t key, unsigned *index) = 0; // false: no room
    virtual bool full() const = 0;
    virtual void emptied() {}
    virtual void other(Op, uint64_t, Expected *) { bins.nothings++; }

    void clear() {
        entries_.clear();
        overflow_ = false;
        bins.clears++;
        emptied();
    }

    std::unordered_map<uint64_t, Entry> entries_;
    unsigned limit_;
    bool overflow_ = false;

  private:
    void hit(Entry *entry, Op op, uint32_t value, Expected *e) {
        e->hit = e->indexed = true;
        e->index = entry->index;
        e->value = entry->value;
        bins.hits++;
        if (op != Op::Insert) return;
        entry->value = value;
        bins.overwrites++;
        bins.overwrites_when_full += full();
    }
    void append(uint64_t key, uint32_t value, Expected *e) {
        unsigned index = 0;
        if (place(key, &index)) {
            entries_[key] = {index, value};
            e->indexed = true;
            e->index = index;
            bins.appends++;
        } else {
            e->spilled = overflow_ = true;
            bins.spills++;
        }
    }
};

class CamReference final : public Reference {
  public:
    using Reference::Reference;

  private:
    bool full() const override { return entries_.size() >= limit_; }
    bool place(uint64_t, unsigned *index) override {
        *index = static_cast<unsigned>(entries_.size());
        return !full();
    }
};

// Depth entries in four ways; `limit` as memo_hash.sv takes it.
class HashReference final : public Reference {
  public:
    HashReference(unsigned depth, unsigned limit) : Reference(limit), depth_(depth), ways_(4) {
        while (sets_ * 8 <= limit) sets_ *= 2;
        for (auto &way : ways_) way.assign(depth / 4, false);
    }

    // Bit by bit, as the words over skewed_hash.sv say: pieces turned by (2 way + 1) times their number.
    unsigned set_of(uint64_t key, unsigned way) const {
        unsigned width = static_cast<unsigned>(__builtin_ctz(depth_ / 4)), set = 0;
        for (unsigned bit = 0; bit < 44; bit++) {
            unsigned piece = bit / width, to = (bit % width + (2 * way + 1) * piece) % width;
            set ^= static_cast<unsigned>(key >> bit & 1) << to;
        }
        return (set ^ set >> (width + 1) / 2) & (sets_ - 1);
    }

  private:
    bool full() const override { return stash_ == 8; }
    bool place(uint64_t key, unsigned *index) override {
        for (unsigned way = 0; way < 4 && way < limit_; way++) {
            unsigned set = set_of(key, way);
            if (ways_[way][set]) continue;
            ways_[way][set] = true;
            *index = set * 4 + way;
            return true;
        }
        *index = depth_ + stash_;
        if (full()) return false;
        stash_++;
        bins.stash_appends++;
        return true;
    }
    void emptied() override {
        for (auto &way : ways_) way.assign(depth_ / 4, false);
        stash_ = 0;
    }

    unsigned depth_, sets_ = 1, stash_ = 0;
    std::vector<std::vector<bool>> ways_;
};

// Objects/dictobject.c: index table, entries in order, tombstones, growth.
class DictReference final : public Reference {
  public:
    DictReference(unsigned limit, bool rotate) : Reference(limit), rotate_(rotate) { emptied(); }

    Expected run(Op op, uint64_t key, uint32_t value) override {
        std::vector<unsigned> slots;
        unsigned log2 = log2_;
        if (op != Op::Clear && op <= Op::Delete) walk(key, &slots);
        Expected e = Reference::run(op, key, value);
        e.slots = slots;
        e.log2 = log2;
        e.probes = static_cast<unsigned>(slots.size());
        if (op == Op::Clear) e.log2 = log2;
        return e;
    }

  private:
    enum : int { kEmpty = -1, kDummy = -2 };
    static constexpr uint64_t kHole = UINT64_MAX;
    bool full() const override { return entries_.size() >= limit_; }
    uint64_t hash(uint64_t key) const { return rotate_ ? key : key << 4; }

    template <class Stop> unsigned path(uint64_t key, Stop stop) const {
        uint64_t perturb = hash(key), mask = (UINT64_C(1) << log2_) - 1, slot = perturb & mask;
        while (!stop(static_cast<unsigned>(slot))) {
            perturb >>= 5;
            slot = (slot * 5 + perturb + 1) & mask;
        }
        return static_cast<unsigned>(slot);
    }
    unsigned walk(uint64_t key, std::vector<unsigned> *slots) {
        return path(key, [&](unsigned slot) {
            slots->push_back(slot);
            bins.tombstones_passed += table_[slot] == kDummy;
            return table_[slot] == kEmpty || (table_[slot] >= 0 && order_[static_cast<size_t>(table_[slot])] == key);
        });
    }
    void put(uint64_t key, size_t entry) {
        unsigned slot = path(key, [&](unsigned s) { return table_[s] < 0; });
        bins.tombstones_reused += table_[slot] == kDummy;
        table_[slot] = static_cast<int>(entry);
    }
    bool place(uint64_t key, unsigned *index) override {
        if (full()) return false;
        if (!usable_) rebuild();
        *index = static_cast<unsigned>(order_.size());
        put(key, order_.size());
        order_.push_back(key);
        usable_--;
        return true;
    }
    void rebuild() {
        unsigned used = static_cast<unsigned>(entries_.size());
        std::vector<uint64_t> left;
        for (uint64_t key : order_)
            if (key != kHole) left.push_back(key);
        bins.growths++;
        bins.compactions += left.size() != order_.size();
        log2_ = log2_ ? 32 - static_cast<unsigned>(__builtin_clz(((used * 3 | 8) - 1) | 7)) : 3;
        table_.assign(UINT64_C(1) << log2_, kEmpty);
        order_ = left;
        usable_ = (2u << log2_) / 3 - static_cast<unsigned>(left.size());
        for (size_t i = 0; i < left.size(); i++) {
            put(left[i], i);
            entries_[left[i]].index = static_cast<unsigned>(i);
        }
    }
    void emptied() override {
        log2_ = usable_ = 0;
        table_.assign(1, kEmpty);
        order_.clear();
    }
    void other(Op op, uint64_t key, Expected *e) override {
        auto found = entries_.find(key);
        if (op != Op::Delete) return Reference::other(op, key, e);
        if (found == entries_.end()) return void(bins.misses++);
        e->hit = e->indexed = true;
        e->index = found->second.index;
        e->value = found->second.value;
        unsigned slot = path(key, [&](unsigned s) { return table_[s] == static_cast<int>(found->second.index); });
        table_[slot] = kDummy;
        order_[found->second.index] = kHole;
        entries_.erase(found);
        bins.deletions++;
    }

    bool rotate_;
    unsigned log2_ = 0, usable_ = 0;
    std::vector<int> table_;
    std::vector<uint64_t> order_;
};

#endif
