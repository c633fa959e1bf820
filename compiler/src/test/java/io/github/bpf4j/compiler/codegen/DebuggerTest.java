/*
 * Copyright 2026 The bpf4j Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.bpf4j.compiler.codegen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.LocalVariable;
import com.sun.jdi.Location;
import com.sun.jdi.PrimitiveValue;
import com.sun.jdi.StackFrame;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.ClassPrepareRequest;
import io.github.bpf4j.compiler.load.LoadOptions;
import io.github.bpf4j.compiler.load.ObjectLoader;
import io.github.bpf4j.compiler.load.Program;
import io.github.bpf4j.compiler.load.SourceLine;
import io.github.bpf4j.compiler.spec.ObjectSpec;
import io.github.bpf4j.compiler.verifier.Verifier;
import io.github.bpf4j.runtime.packet.SkBuff;
import io.github.bpf4j.runtime.program.BpfProgram;
import io.github.bpf4j.runtime.program.ExecutionContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A JVM debugger stops at a line of the C source and shows the registers. */
class DebuggerTest {
    private static final Path OBJECT = Path.of("../samples/bpf/drop_egress_8080.o");

    /** What runs under the debugger: the dropper on one packet to port 8080. */
    static final class Debuggee {
        private Debuggee() {}

        public static void main(String[] args) throws Exception {
            byte[] packet = new byte[60];
            packet[0] = 0x45;
            packet[9] = 6;
            packet[22] = 0x1f;
            packet[23] = (byte) 0x90;
            BpfProgram program = ProgramCompiler.compile(Verifier.verify(dropper()), CompilerOptions.DEBUG);
            program.run(new ExecutionContext(0), new SkBuff(packet, 0, packet.length));
        }
    }

    private static Program dropper() throws Exception {
        return ObjectLoader.load(ObjectSpec.read(Files.readAllBytes(OBJECT)), LoadOptions.of(1))
                .programs()
                .getFirst()
                .program();
    }

    @Test
    void stopsAtLineOfC() throws Exception {
        SourceLine wanted = dropper().lines().stream()
                .filter(line -> line.text().contains("8080"))
                .findFirst()
                .orElseThrow();
        VirtualMachine vm = launch();
        try {
            ClassPrepareRequest prepare = vm.eventRequestManager().createClassPrepareRequest();
            prepare.addClassFilter("io.github.bpf4j.runtime.generated.*");
            prepare.enable();
            Map<String, Long> registers = new TreeMap<>();
            String place = run(vm, wanted.line(), registers);
            String file = Path.of(wanted.file()).getFileName().toString();
            assertEquals(file + ":" + wanted.line(), place);
            for (int register = 0; register <= 10; register++) {
                assertTrue(registers.containsKey("r" + register), registers::toString);
            }
            assertEquals(512, registers.get("r10"));
        } finally {
            vm.process().destroy();
        }
    }

    private static VirtualMachine launch() throws Exception {
        LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("main").setValue(Debuggee.class.getName());
        arguments.get("options").setValue("-cp \"" + System.getProperty("java.class.path") + "\"");
        arguments.get("home").setValue(System.getProperty("java.home"));
        return connector.launch(arguments);
    }

    /** Sets a breakpoint when the program's class appears; collects the registers where it stops. */
    private static String run(VirtualMachine vm, int line, Map<String, Long> registers) throws Exception {
        while (true) {
            EventSet events = vm.eventQueue().remove(60_000);
            if (events == null) {
                return "no event within a minute";
            }
            for (Event event : events) {
                if (event instanceof ClassPrepareEvent prepared) {
                    List<Location> locations = prepared.referenceType().locationsOfLine(line);
                    locations.forEach(location -> vm.eventRequestManager()
                            .createBreakpointRequest(location)
                            .enable());
                } else if (event instanceof BreakpointEvent stopped) {
                    StackFrame frame = stopped.thread().frame(0);
                    for (LocalVariable variable : frame.visibleVariables()) {
                        if (frame.getValue(variable) instanceof PrimitiveValue value) {
                            registers.put(variable.name(), value.longValue());
                        }
                    }
                    return stopped.location().sourceName() + ":"
                            + stopped.location().lineNumber();
                } else if (event instanceof VMDisconnectEvent) {
                    return "the program ended without stopping";
                }
            }
            events.resume();
        }
    }
}
