/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.trace;

import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * What programs write as a reactive stream, read by a daemon thread of its own. As long as nobody is subscribed nothing is read; a slow
 * subscriber holds the thread up. Then the buffer fills up and programs lose what they want to write, as in Linux; nothing is overwritten.
 * Thread-safe.
 *
 * @param <T> what is published
 */
public final class EventPublisher<T> implements Flow.Publisher<T>, AutoCloseable {
    private static final Duration AT_A_TIME = Duration.ofMillis(100);

    private final SubmissionPublisher<T> publisher = new SubmissionPublisher<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition subscribed = lock.newCondition();
    private final Thread thread;

    /** Where events come from. */
    @FunctionalInterface
    interface Source<T> {
        /** Waits for events and passes them on. */
        void poll(Consumer<T> events, Duration timeout) throws InterruptedException;
    }

    EventPublisher(String name, Source<T> source) {
        thread = Thread.ofPlatform().daemon().name(name).start(() -> run(source));
    }

    private void run(Source<T> source) {
        try {
            while (!publisher.isClosed()) {
                awaitSubscriber();
                source.poll(publisher::submit, AT_A_TIME);
            }
        } catch (InterruptedException e) {
            publisher.close(); // by close()
        } catch (RuntimeException e) {
            publisher.closeExceptionally(e); // without effect if it was close(), in the middle of an event
        }
    }

    private void awaitSubscriber() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!publisher.hasSubscribers()) {
                subscribed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>All subscribers get the same objects. If reading fails, they get the exception.
     */
    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        publisher.subscribe(subscriber);
        lock.lock();
        try {
            subscribed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Completes the stream and ends the thread. An event that is on its way meanwhile may be lost. */
    @Override
    public void close() {
        publisher.close();
        thread.interrupt();
    }
}
