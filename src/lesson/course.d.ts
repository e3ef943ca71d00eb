// The compiled course: see scripts/lessons.ts.
declare module "*/lessons/course.yaml" {
  // A module that is declared here cannot import by a relative path.
  // eslint-disable-next-line @typescript-eslint/consistent-type-imports
  const course: import("./outline.ts").CourseOutline;
  export default course;
}
