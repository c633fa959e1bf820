/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.runtime.helper;

import static io.github.bpf4j.runtime.helper.HelperRow.*;
import static io.github.bpf4j.runtime.helper.KfuncRow.*;

import io.github.bpf4j.runtime.helper.Kfunc.Flag;
import java.util.List;

/** Kfuncs of regions without preemption or interrupts, and locks. */
final class RegionKfuncRows {
    private RegionKfuncRows() {}

    static List<Kfunc> rows() {
        return List.of(
                kfunc("bpf_local_irq_restore")
                        .args(IRQ_FLAG)
                        .returns(ReturnType.VOID)
                        .same(RegionHelpers.class, "irqRestore"),
                kfunc("bpf_local_irq_save")
                        .args(UNINIT_IRQ_FLAG)
                        .returns(ReturnType.VOID)
                        .same(RegionHelpers.class, "irqSave"),
                kfunc("bpf_preempt_disable").returns(ReturnType.VOID).same(RegionHelpers.class, "preemptDisable"),
                kfunc("bpf_preempt_enable").returns(ReturnType.VOID).same(RegionHelpers.class, "preemptEnable"),
                kfunc("bpf_rcu_read_lock").returns(ReturnType.VOID).same(RegionHelpers.class, "rcuReadLock"),
                kfunc("bpf_rcu_read_unlock").returns(ReturnType.VOID).same(RegionHelpers.class, "rcuReadUnlock"),
                kfunc("bpf_res_spin_lock")
                        .args(RES_SPIN_LOCK)
                        .flags(Flag.RET_NULL)
                        .same(RegionHelpers.class, "resSpinLock"),
                kfunc("bpf_res_spin_lock_irqsave")
                        .args(RES_SPIN_LOCK, UNINIT_IRQ_FLAG)
                        .flags(Flag.RET_NULL)
                        .same(RegionHelpers.class, "resSpinLockIrqSave"),
                kfunc("bpf_res_spin_unlock")
                        .args(RES_SPIN_LOCK)
                        .returns(ReturnType.VOID)
                        .same(RegionHelpers.class, "resSpinUnlock"),
                kfunc("bpf_res_spin_unlock_irqrestore")
                        .args(RES_SPIN_LOCK, IRQ_FLAG)
                        .returns(ReturnType.VOID)
                        .same(RegionHelpers.class, "resSpinUnlockIrqRestore"));
    }
}
