/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.verifier;

import static io.github.bpf4j.compiler.verifier.RegisterType.*;

import io.github.bpf4j.compiler.isa.Instruction;
import io.github.bpf4j.compiler.isa.Instruction.AluOp;
import io.github.bpf4j.compiler.isa.Instruction.AtomicOp;
import io.github.bpf4j.compiler.isa.Instruction.Operand;
import io.github.bpf4j.compiler.isa.Instruction.Width;
import io.github.bpf4j.runtime.map.MapType;

/** Interprets one instruction after the other on abstract states, path by path, until no path is left. */
final class Interpreter {
    private final Analysis a;
    private final Precision precision;
    private final StatePruning pruning;
    private final FactsBuilder facts;
    private final StackAccess stack;
    private final MemoryAccess memory;
    private final PointerArithmetic pointers;
    private final Moves moves;
    private final SignMasks signMasks;
    private final Branches branches;
    private final SubprogramCalls subprograms;
    private final HelperCalls helpers;
    private final KfuncCalls kfuncs;
    private final GlobalFunctions globals;
    private final RawWidening rawWidening;

    Interpreter(Analysis analysis, FactsBuilder facts) {
        this.a = analysis;
        this.facts = facts;
        precision = new Precision(a);
        pruning = new StatePruning(a, precision, facts);
        stack = new StackAccess(a, precision, facts);
        StackObjects objects = new StackObjects(a, stack);
        stack.setObjects(objects);
        PointerFieldAccess pointerFields = new PointerFieldAccess(a);
        MapFields fields = new MapFields(a, pointerFields);
        memory = new MemoryAccess(a, stack, fields, pointerFields);
        FunctionMemory functionMemory = new FunctionMemory(a, memory, stack, precision);
        pointers = new PointerArithmetic(a);
        moves = new Moves(a, stack);
        signMasks = new SignMasks(a);
        branches = new Branches(a, precision, pruning, facts);
        subprograms = new SubprogramCalls(a, precision, pruning);
        CallArguments arguments = new CallArguments(a, memory, functionMemory, precision, objects, fields);
        Callbacks callbacks = new Callbacks(a, precision);
        helpers = new HelperCalls(a, memory, arguments, objects, callbacks);
        kfuncs = new KfuncCalls(a, arguments, objects, callbacks, pruning);
        globals = new GlobalFunctions(a, memory, functionMemory, objects);
        rawWidening = new RawWidening(a);
    }

    StatePruning pruning() {
        return pruning;
    }

    /** Explores every path of the program, then of each global function it calls. */
    void run() throws VerifierException {
        explorePaths();
        while (globals.begin()) {
            explorePaths();
            globals.verified();
        }
    }

    private void explorePaths() throws VerifierException {
        VerifierLog log = a.log;
        explore();
        pruning.pathEnds();
        while (a.pop()) {
            if (log != null) {
                log.resumed();
            }
            explore();
            pruning.pathEnds();
        }
    }

    private void explore() throws VerifierException {
        VerifierLog log = a.log;
        boolean more = true;
        while (more) {
            int slot = a.slot;
            if (++a.processed > a.options.instructionBudget() && !a.raw) {
                throw a.reject(
                        -1,
                        new Rejection.BudgetExhausted("instructions", a.options.instructionBudget()),
                        "BPF program is too large. Processed " + a.processed + " insn");
            }
            if (a.graph.prunePoints.get(slot)) {
                boolean known = a.raw ? rawWidening.visit() : pruning.visit();
                if (known) {
                    if (log != null) {
                        log.pruned();
                    }
                    return;
                }
            }
            if (!a.raw && pruning.isJumpTarget(slot)) {
                a.state.record(slot, a.previousSlot, 0, 0);
            }
            facts.visit();
            if (log == null) {
                more = step(slot);
            } else {
                log.visit();
                more = step(slot);
                if (more) {
                    log.done(slot);
                }
            }
        }
    }

    /** Interprets one instruction; the next one to do is in {@link Analysis#slot}. Returns whether the path goes on. */
    private boolean step(int slot) throws VerifierException {
        int next = slot + a.code.width(slot);
        Instruction instruction = a.code.instructions[slot];
        switch (a.code.kinds[slot]) {
            case Code.ALU -> alu((Instruction.Alu) instruction);
            case Code.NEG -> negate((Instruction.Neg) instruction);
            case Code.MOV -> moves.move((Instruction.Mov) instruction);
            case Code.ADDR_SPACE_CAST -> addressSpaceCast((Instruction.AddrSpaceCast) instruction);
            case Code.SWAP -> swap((Instruction.ByteSwap) instruction);
            case Code.LOAD -> {
                Instruction.Load load = (Instruction.Load) instruction;
                read(load.base());
                writable(load.dst());
                memory.load(load.base(), load.offset(), load.size().bytes(), load.signed(), load.dst());
            }
            case Code.STORE -> {
                Instruction.Store store = (Instruction.Store) instruction;
                if (store.src().isRegister()) {
                    read(store.src().register());
                }
                read(store.base());
                memory.store(store.base(), store.offset(), store.size().bytes(), store.src());
            }
            case Code.ATOMIC -> atomic((Instruction.Atomic) instruction);
            case Code.LOAD_ACQUIRE -> {
                Instruction.LoadAcquire load = (Instruction.LoadAcquire) instruction;
                read(load.base());
                writable(load.dst());
                checkAtomic(load.base(), load.offset(), load.size().bytes(), "loads from");
                memory.load(load.base(), load.offset(), load.size().bytes(), false, load.dst());
            }
            case Code.STORE_RELEASE -> {
                Instruction.StoreRelease store = (Instruction.StoreRelease) instruction;
                read(store.src());
                read(store.base());
                checkAtomic(store.base(), store.offset(), store.size().bytes(), "stores into");
                memory.store(store.base(), store.offset(), store.size().bytes(), Operand.register(store.src()));
            }
            case Code.LOAD_IMM64 -> moves.loadImmediate((Instruction.LoadImm64) instruction);
            case Code.LEGACY_LOAD ->
                throw a.reject(
                        -1,
                        new Rejection.InvalidInstruction("legacy packet load"),
                        "BPF_LD_[ABS|IND] instructions not allowed for this program type");
            case Code.JUMP -> {
                pruning.countJump();
                next = a.code.targets[slot];
            }
            case Code.MAY_GOTO -> {
                pruning.countJump();
                next = branches.mayGoto(slot);
            }
            case Code.BRANCH -> {
                pruning.countJump();
                Instruction.Branch branch = (Instruction.Branch) instruction;
                if (branch.src().isRegister()) {
                    read(branch.src().register());
                }
                read(branch.dst());
                next = branches.branch(slot, branch);
            }
            case Code.CALL_HELPER -> {
                pruning.countJump();
                helpers.call(slot);
                if (a.functions.isTailCall(slot) && a.state.current > 0) {
                    next = subprograms.tailCall(slot);
                }
            }
            case Code.CALL_KFUNC -> {
                pruning.countJump();
                kfuncs.call(slot);
            }
            case Code.CALL_SUBPROGRAM -> {
                pruning.countJump();
                ControlFlowGraph.Subprogram callee = a.graph.subprogramAt(a.code.targets[slot]);
                if (callee.global()) {
                    globals.call(callee);
                } else {
                    next = subprograms.call(slot, callee.start());
                }
            }
            case Code.EXIT -> {
                pruning.countJump();
                next = exit();
                if (next < 0) {
                    return false;
                }
            }
            default -> throw a.reject(-1, new Rejection.MalformedControlFlow("second slot"), "invalid BPF_LD_IMM insn");
        }
        a.previousSlot = slot;
        a.slot = next;
        return true;
    }

    private void read(int register) throws VerifierException {
        checkReadable(a, register);
    }

    /** Refuses a register that was never written. */
    static void checkReadable(Analysis a, int register) throws VerifierException {
        if (a.frame().register(register).type == NOT_INIT) {
            throw a.reject(register, new Rejection.UninitializedRegister(register), "R" + register + " !read_ok");
        }
    }

    private void writable(int register) throws VerifierException {
        checkWritable(a, register);
    }

    /** Refuses the frame pointer. */
    static void checkWritable(Analysis a, int register) throws VerifierException {
        if (register == 10) {
            throw a.reject(10, new Rejection.FramePointerWritten(), "frame pointer is read only");
        }
    }

    private void alu(Instruction.Alu alu) throws VerifierException {
        boolean is32 = alu.width() == Width.W32;
        if (alu.src().isRegister()) {
            read(alu.src().register());
        }
        read(alu.dst());
        writable(alu.dst());
        checkImmediate(alu, is32);
        FrameState frame = a.frame();
        int dst = alu.dst();
        RegisterState left = frame.register(dst);
        if (isArena(left)
                || alu.src().isRegister() && isArena(frame.register(alu.src().register()))) {
            // an arena is as large as what 32 bits can address, so any 32-bit result will do
            a.arenaInstructions.set(a.slot);
            frame.fresh(dst).setPointer(ARENA);
            return;
        }
        if (a.code.hasArena && !is32) {
            a.wideArithmetic.set(a.slot);
        }
        RegisterState right;
        if (alu.src().isRegister()) {
            right = frame.register(alu.src().register());
            if (right.isPointer()) {
                if (left.isPointer()) {
                    twoPointers(alu, dst, left);
                    return;
                }
                if (!a.raw || right.baseType() != MIXED && left.type != MIXED) {
                    precision.markRegister(dst);
                    pointers.apply(alu.op(), is32, dst, right, left);
                    return;
                }
            }
        } else {
            right = constant(
                    is32 ? alu.src().immediate() & 0xffff_ffffL : alu.src().immediate());
        }
        if (left.isPointer()) {
            if (alu.src().isRegister()) {
                precision.markRegister(alu.src().register());
            }
            pointers.apply(alu.op(), is32, dst, left, right);
            return;
        }
        if (left.type == MIXED || right.type == MIXED) {
            frame.fresh(dst).setPointer(MIXED);
            frame.fresh(dst).setUnknown();
            return;
        }
        if (!a.raw) {
            signMasks.split(alu.op(), dst, right);
        }
        RegisterState result = frame.own(dst);
        if (right == left) {
            right = right.copy();
        }
        long delta = ScalarMoves.linkedDelta(alu.op(), is32, result, right);
        boolean linked = delta != ScalarMoves.NO_DELTA && result.deltaBits == 0;
        AluTransfer.apply(alu.op(), is32, result, right);
        if (linked) {
            result.deltaBits = is32 ? 32 : 64;
            result.off = (int) delta;
        } else {
            result.forgetId();
        }
    }

    private static boolean isArena(RegisterState register) {
        return register.type == ARENA;
    }

    private void twoPointers(Instruction.Alu alu, int dst, RegisterState left) throws VerifierException {
        if (alu.op() == AluOp.SUB || a.raw) {
            a.frame().fresh(dst).setUnknownScalar();
            return;
        }
        String message = "R" + dst + " pointer " + PointerArithmetic.symbol(alu.op()) + " pointer prohibited";
        throw a.reject(dst, new Rejection.PointerArithmetic(dst, name(left.type), message), message);
    }

    private void checkImmediate(Instruction.Alu alu, boolean is32) throws VerifierException {
        if (a.raw || alu.src().isRegister()) {
            return; // the standard gives every constant a meaning, Linux does not
        }
        int imm = alu.src().immediate();
        switch (alu.op()) {
            case DIV, MOD, SDIV, SMOD -> {
                if (imm == 0) {
                    throw a.reject(-1, new Rejection.InvalidInstruction("division by zero"), "div by zero");
                }
            }
            case LSH, RSH, ARSH -> {
                if (imm < 0 || imm >= (is32 ? 32 : 64)) {
                    throw a.reject(-1, new Rejection.InvalidInstruction("shift by " + imm), "invalid shift " + imm);
                }
            }
            default -> {}
        }
    }

    private final RegisterState constant = new RegisterState();

    private RegisterState constant(long value) {
        constant.setKnownScalar(value);
        return constant;
    }

    private void negate(Instruction.Neg neg) throws VerifierException {
        read(neg.dst());
        writable(neg.dst());
        if (!a.frame().register(neg.dst()).isScalar()) {
            a.frame().fresh(neg.dst()).setUnknownScalar();
            return;
        }
        RegisterState result = a.frame().own(neg.dst());
        AluTransfer.negate(neg.width() == Width.W32, result);
        result.forgetId();
    }

    private void swap(Instruction.ByteSwap swap) throws VerifierException {
        read(swap.dst());
        writable(swap.dst());
        if (!a.frame().register(swap.dst()).isScalar()) {
            a.frame().fresh(swap.dst()).setUnknownScalar();
            return;
        }
        RegisterState result = a.frame().own(swap.dst());
        AluTransfer.swap(swap.kind(), swap.bits(), result);
        result.forgetId();
    }

    private void addressSpaceCast(Instruction.AddrSpaceCast cast) throws VerifierException {
        read(cast.src());
        writable(cast.dst());
        boolean hasArena = false;
        for (MapObject map : a.maps) {
            hasArena |= map.definition.type() == MapType.ARENA;
        }
        if (!hasArena) {
            throw a.reject(
                    cast.dst(),
                    new Rejection.InvalidInstruction("addr_space_cast"),
                    "addr_space_cast insn can only be used in a program that has an associated arena");
        }
        RegisterState result = a.frame().fresh(cast.dst());
        result.setUnknownScalar();
        if (cast.toKernel()) {
            result.setPointer(ARENA);
        }
    }

    private void checkAtomic(int base, int offset, int size, String action) throws VerifierException {
        RegisterState pointer = a.frame().register(base);
        switch (pointer.baseType()) {
            case CTX, PACKET, SOCK_COMMON ->
                throw a.reject(
                        base,
                        new Rejection.NotDereferenceable(base, name(pointer.type)),
                        "BPF_ATOMIC " + action + " R" + base + " " + name(pointer.type) + " is not allowed");
            default -> {}
        }
        if (!a.raw && pointer.baseType() != STACK && pointer.type != ARENA) {
            Tnum at = pointer.bits.add(Tnum.constant((long) pointer.off + offset));
            if (!at.isAligned(size)) {
                String kind = pointer.baseType() == MAP_VALUE ? "value " : "";
                throw a.reject(
                        base,
                        new Rejection.MisalignedAccess(base, name(pointer.type), (long) pointer.off + offset, size),
                        "misaligned " + kind + "access off " + pointer.bits + "+" + pointer.off + "+" + offset
                                + " size " + size);
            }
        }
    }

    /** On x86-64 some operations are loops of several instructions, of which none could be skipped alone where memory is not there. */
    private void checkArenaAtomic(Instruction.Atomic atomic) throws VerifierException {
        boolean isLoop = atomic.fetch()
                && (atomic.op() == AtomicOp.OR || atomic.op() == AtomicOp.AND || atomic.op() == AtomicOp.XOR);
        if (isLoop && a.frame().register(atomic.base()).type == ARENA) {
            throw a.reject(
                    atomic.base(),
                    new Rejection.NotDereferenceable(atomic.base(), name(ARENA)),
                    "BPF_ATOMIC stores into R" + atomic.base() + " arena is not allowed");
        }
    }

    private void atomic(Instruction.Atomic atomic) throws VerifierException {
        int base = atomic.base();
        int offset = atomic.offset();
        int size = atomic.size().bytes();
        read(atomic.src());
        read(base);
        boolean compare = atomic.op() == AtomicOp.CMPXCHG;
        if (compare) {
            read(0);
        }
        checkAtomic(base, offset, size, "stores into");
        checkArenaAtomic(atomic);
        int loaded = compare ? 0 : atomic.fetch() || atomic.op() == AtomicOp.XCHG ? atomic.src() : -1;
        if (loaded >= 0) {
            writable(loaded);
        }
        RegisterState pointer = a.frame().register(base);
        if (pointer.type == STACK) {
            long min = pointer.minOffset() + offset;
            facts.stackInMemory(a.state.frame(pointer.frame).subprogram, min, pointer.maxOffset() + offset + size);
        }
        memory.load(base, offset, size, false, -1);
        if (loaded >= 0) {
            memory.load(base, offset, size, false, loaded);
            if (!a.raw && a.frame().register(loaded).isPointer()) {
                // Linux hands out a saved pointer. Here it comes out of memory as a number.
                a.frame().fresh(loaded).setUnknownScalar();
            }
        }
        memory.storeUnknown(base, offset, size);
    }

    private int exit() throws VerifierException {
        FrameState frame = a.frame();
        if (a.state.current > 0) {
            return subprograms.exit();
        }
        helpers.checkNothingHeld("BPF_EXIT instruction in main prog");
        if (frame.asyncCallback) {
            subprograms.checkCallbackResult(frame, "async callback");
            return -1;
        }
        if (subprograms.isStandalone(frame)) {
            subprograms.checkStandaloneResult(frame);
            return -1;
        }
        if (frame.register(0).type == NOT_INIT && a.raw) {
            return -1;
        }
        read(0);
        return -1;
    }
}
