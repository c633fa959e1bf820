/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;

/** Linux error numbers as helpers and system calls return them: the names of {@code errno(3)}, positive. */
public final class Errno {
    /** {@code EPERM}. */
    public static final int EPERM = 1;

    /** {@code ENOENT}. */
    public static final int ENOENT = 2;

    /** {@code ESRCH}. */
    public static final int ESRCH = 3;

    /** {@code EINTR}. */
    public static final int EINTR = 4;

    /** {@code EIO}. */
    public static final int EIO = 5;

    /** {@code E2BIG}. */
    public static final int E2BIG = 7;

    /** {@code EBADF}. */
    public static final int EBADF = 9;

    /** {@code EAGAIN}. */
    public static final int EAGAIN = 11;

    /** {@code ENOMEM}. */
    public static final int ENOMEM = 12;

    /** {@code EACCES}. */
    public static final int EACCES = 13;

    /** {@code EFAULT}. */
    public static final int EFAULT = 14;

    /** {@code EBUSY}. */
    public static final int EBUSY = 16;

    /** {@code EEXIST}. */
    public static final int EEXIST = 17;

    /** {@code ENODEV}. */
    public static final int ENODEV = 19;

    /** {@code EINVAL}. */
    public static final int EINVAL = 22;

    /** {@code ENOSPC}. */
    public static final int ENOSPC = 28;

    /** {@code ERANGE}. */
    public static final int ERANGE = 34;

    /** {@code EDEADLK}. */
    public static final int EDEADLK = 35;

    /** {@code ENAMETOOLONG}. */
    public static final int ENAMETOOLONG = 36;

    /** {@code ELOOP}. */
    public static final int ELOOP = 40;

    /** {@code EPROTO}. */
    public static final int EPROTO = 71;

    /** {@code EBADMSG}. */
    public static final int EBADMSG = 74;

    /** {@code ENOTSOCK}. */
    public static final int ENOTSOCK = 88;

    /** {@code EMSGSIZE}. */
    public static final int EMSGSIZE = 90;

    /** {@code EOPNOTSUPP}. */
    public static final int EOPNOTSUPP = 95;

    /** {@code EPROTONOSUPPORT}. */
    public static final int EPROTONOSUPPORT = 93;

    /** {@code EAFNOSUPPORT}. */
    public static final int EAFNOSUPPORT = 97;

    /** {@code ENETUNREACH}. */
    public static final int ENETUNREACH = 101;

    /** {@code ENOBUFS}. */
    public static final int ENOBUFS = 105;

    /** {@code ETIMEDOUT}. */
    public static final int ETIMEDOUT = 110;

    /** {@code EHOSTUNREACH}. */
    public static final int EHOSTUNREACH = 113;

    /** {@code ENOTSUPP}. */
    public static final int ENOTSUPP = 524;

    private Errno() {}

    /**
     * The name of an error number, for people.
     *
     * @param errno a positive number, as the constants here
     * @return such as {@code EINVAL}, or {@code errno 133} for a number that has no constant here
     */
    public static String name(int errno) {
        for (Field field : Errno.class.getFields()) {
            try {
                if (Modifier.isStatic(field.getModifiers()) && field.getInt(null) == errno) {
                    return field.getName();
                }
            } catch (IllegalAccessException e) {
                throw new AssertionError("a public constant", e);
            }
        }
        return "errno " + errno;
    }
}
