export function makeFormulas(count) {
  const shapes = [
    (a, b) => `\\int_{${a}}^{${b}} \\frac{x^{${a}}}{\\sqrt{1 + x^{${b}}}} \\, dx`,
    (a, b) => `\\sum_{n=${a}}^{\\infty} \\frac{(-1)^n}{n^{${b}} + \\alpha}`,
    (a, b) => `\\begin{pmatrix} ${a} & ${b} \\\\ \\beta_{${a}} & \\gamma^{${b}} \\end{pmatrix}`,
    (a, b) => `f(x) = \\begin{cases} x^{${a}} & x > ${b} \\\\ \\lfloor x \\rfloor & \\text{otherwise} \\end{cases}`,
    (a, b) => `\\lim_{h \\to 0} \\frac{\\sin(${a} x + h) - \\sin(${b} x)}{h} \\neq \\vec{v} \\cdot \\hat{n}`,
  ];
  return Array.from({ length: count }, (_, i) => shapes[i % shapes.length]((i % 13) + 1, (i % 29) + 2));
}
