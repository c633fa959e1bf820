package io.github.bpf4j.compiler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between modules and packages: data flows one way, and nothing reaches back. */
class ArchitectureTest {
    private static final String ROOT = "io.github.bpf4j.";
    private static final String COMPILER = ROOT + "compiler.";
    private static final String RUNTIME = ROOT + "runtime.";

    /**
     * The compiler's rooms in the order data passes them; a room may use the ones before it, never
     * one behind it.
     */
    private static final List<String> ROOMS =
            List.of("isa", "btf", "elf", "spec", "load", "verifier", "codegen", "cli");

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.github.bpf4j");
    }

    static Stream<Arguments> forbidden() {
        List<Arguments> arrows = new ArrayList<>();
        for (int from = 0; from < ROOMS.size(); from++) {
            for (int to = from + 1; to < ROOMS.size(); to++) {
                arrows.add(Arguments.of(COMPILER + ROOMS.get(from), COMPILER + ROOMS.get(to)));
            }
        }
        arrows.add(Arguments.of(COMPILER + "verifier", "org.objectweb.asm"));
        for (String room : List.of("isa", "btf", "elf", "spec", "load")) {
            arrows.add(Arguments.of(COMPILER + room, "org.objectweb.asm"));
        }
        for (String above : List.of("helper", "lwt", "pipeline", "io")) {
            arrows.add(Arguments.of(RUNTIME + "packet", RUNTIME + above));
            arrows.add(Arguments.of(RUNTIME + "trace", RUNTIME + above));
        }
        for (String above : List.of("helper", "lwt", "pipeline", "io")) {
            arrows.add(Arguments.of(RUNTIME + "map", RUNTIME + above));
        }
        return arrows.stream();
    }

    @ParameterizedTest(name = "{0} never uses {1}")
    @MethodSource("forbidden")
    void noArrow(String from, String to) {
        noClasses()
                .that()
                .resideInAPackage(from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(to + "..")
                .allowEmptyShould(true)
                .check(classes);
    }

    @Test
    void runtimeKnowsNothingOfTheCompiler() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "runtime..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "compiler..", "org.objectweb.asm..", "picocli..")
                .allowEmptyShould(true)
                .check(classes);
    }

    @Test
    void onlyTheCommandLineUsesPicocli() {
        noClasses()
                .that()
                .resideOutsideOfPackage(COMPILER + "cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .allowEmptyShould(true)
                .check(classes);
    }
}
