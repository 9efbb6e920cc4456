/*
 * Threads that wait for work: a short spin, then sleep. One region of several phases at a time; tasks are drawn from a
 * counter, so a thread that wakes late, or never, only leaves more to the others.
 *
 * Not OpenMP: a second copy of its runtime beside torch's fights over the cores, and its regions cost 100 us where
 * threads sleep between them.
 */
#pragma once

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define MAX_PHASES 8
#define MAX_WORKERS 255
/* Longer than the gap between two layers of one step, shorter than a scheduler's slice. */
#define SPIN_NS 50000
/* A barrier that lasts this long waits for a thread that lost its core: let it have ours. */
#define YIELD_AFTER_NS 20000

struct phase {
    void (*task)(const void *context, ptrdiff_t index);
    ptrdiff_t count;
    ptrdiff_t grain; /* tasks that are drawn at a time */
};

struct counter {
    _Alignas(64) atomic_ptrdiff_t value;
};

struct region {
    struct phase phases[MAX_PHASES];
    int num_phases;
    const void *context;
    struct counter next[MAX_PHASES], done[MAX_PHASES];
};

static struct {
    pthread_mutex_t owner; /* held by the caller whose region runs */
    pthread_mutex_t lock;  /* guards everything below */
    pthread_cond_t wake;
    atomic_uint epoch;
    atomic_int active;
    int open, joined, limit, sleepers, workers;
    struct region region;
} pool = {.owner = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static inline void pause_core(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* One turn of waiting since `*start` (0: now); gives up the core after YIELD_AFTER_NS. Returns the time waited. */
static int64_t wait_turn(int64_t *start) {
    for (int i = 0; i < 32; ++i) pause_core();
    int64_t now = now_ns();
    if (!*start) *start = now;
    int64_t waited = now - *start;
    if (waited > YIELD_AFTER_NS) sched_yield();
    return waited;
}

static void work(struct region *region) {
    for (int p = 0; p < region->num_phases; ++p) {
        const struct phase *phase = &region->phases[p];
        ptrdiff_t first, grain = phase->grain, count = phase->count;
        while ((first = atomic_fetch_add_explicit(&region->next[p].value, grain, memory_order_relaxed)) < count) {
            ptrdiff_t last = first + grain < count ? first + grain : count;
            for (ptrdiff_t index = first; index < last; ++index) phase->task(region->context, index);
            atomic_fetch_add_explicit(&region->done[p].value, last - first, memory_order_release);
        }
        int64_t start = 0;
        while (atomic_load_explicit(&region->done[p].value, memory_order_acquire) < phase->count) wait_turn(&start);
    }
}

static void *worker(void *unused) {
    (void)unused;
    unsigned seen = 0;
    for (;;) {
        int64_t start = 0;
        while (atomic_load_explicit(&pool.epoch, memory_order_relaxed) == seen && wait_turn(&start) < SPIN_NS) {}
        pthread_mutex_lock(&pool.lock);
        while (atomic_load_explicit(&pool.epoch, memory_order_relaxed) == seen) {
            ++pool.sleepers;
            pthread_cond_wait(&pool.wake, &pool.lock);
            --pool.sleepers;
        }
        seen = atomic_load_explicit(&pool.epoch, memory_order_relaxed);
        int join = pool.open && pool.joined < pool.limit;
        if (join) {
            ++pool.joined;
            atomic_fetch_add_explicit(&pool.active, 1, memory_order_relaxed);
        }
        pthread_mutex_unlock(&pool.lock);
        if (!join) continue;
        work(&pool.region);
        atomic_fetch_sub_explicit(&pool.active, 1, memory_order_release);
    }
    return NULL;
}

/* Workers take no signals: Ctrl-C stays the caller's. */
static void start_workers(int wanted) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    for (; pool.workers < wanted && pool.workers < MAX_WORKERS; ++pool.workers) {
        pthread_t thread;
        if (pthread_create(&thread, &attributes, worker, NULL)) break;
    }
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void set_region(struct region *region, const struct phase *phases, int num_phases, const void *context) {
    region->num_phases = num_phases;
    region->context = context;
    for (int p = 0; p < num_phases; ++p) {
        region->phases[p] = phases[p];
        atomic_store_explicit(&region->next[p].value, 0, memory_order_relaxed);
        atomic_store_explicit(&region->done[p].value, 0, memory_order_relaxed);
    }
}

/* Run the phases one after the other on at most `threads` threads, this one among them. */
static void run_phases(int threads, const struct phase *phases, int num_phases, const void *context) {
    /* While another caller has the pool, this one works alone: the results are the same bits. */
    if (threads <= 1 || pthread_mutex_trylock(&pool.owner)) {
        struct region alone;
        set_region(&alone, phases, num_phases, context);
        work(&alone);
        return;
    }
    pthread_mutex_lock(&pool.lock);
    start_workers(threads - 1);
    set_region(&pool.region, phases, num_phases, context);
    pool.open = 1;
    pool.joined = 0;
    pool.limit = threads - 1;
    atomic_fetch_add_explicit(&pool.epoch, 1, memory_order_relaxed);
    if (pool.sleepers) pthread_cond_broadcast(&pool.wake);
    pthread_mutex_unlock(&pool.lock);
    work(&pool.region);
    pthread_mutex_lock(&pool.lock);
    pool.open = 0;
    pthread_mutex_unlock(&pool.lock);
    int64_t start = 0;
    while (atomic_load_explicit(&pool.active, memory_order_acquire)) wait_turn(&start);
    pthread_mutex_unlock(&pool.owner);
}

/* A forked child has no workers; taking both locks first means that no region is under way when it is born. */
static void before_fork(void) {
    pthread_mutex_lock(&pool.owner);
    pthread_mutex_lock(&pool.lock);
}

static void after_fork_parent(void) {
    pthread_mutex_unlock(&pool.lock);
    pthread_mutex_unlock(&pool.owner);
}

static void after_fork_child(void) {
    pthread_mutex_init(&pool.owner, NULL);
    pthread_mutex_init(&pool.lock, NULL);
    pthread_cond_init(&pool.wake, NULL);
    atomic_store(&pool.active, 0);
    pool.open = pool.sleepers = pool.workers = 0;
    /* New workers begin with epoch 0 as seen. */
    atomic_store(&pool.epoch, 0);
}

__attribute__((constructor)) static void watch_forks(void) {
    pthread_atfork(before_fork, after_fork_parent, after_fork_child);
}
